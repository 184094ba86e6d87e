import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { JsonScanner } from "../../../src/internal/observe/jsonScanner.js"
import { cut, encoder, places } from "./cut.js"

const scan = (text: string, at: ReadonlyArray<number> = []) => {
  const scanner = new JsonScanner()
  for (const bytes of cut(encoder.encode(text), at)) scanner.write(bytes, 0, bytes.length)
  return scanner
}

describe("JsonScanner", () => {
  const name = FastCheck.constantFrom(
    "id",
    "generation_id",
    "model",
    "type",
    "error",
    "response",
    "message",
    "choices",
    "finish_reason",
    "usage",
    "text"
  )
  const leaf = FastCheck.oneof(
    FastCheck.constantFrom("gen-1", "gen-2", "resp_1", "error", "a\"}b", "\\", "gen-🌍"),
    FastCheck.string(),
    FastCheck.double({ noNaN: true, noDefaultInfinity: true }),
    FastCheck.boolean(),
    FastCheck.constant(null)
  )
  const { object } = FastCheck.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
    value: FastCheck.oneof(
      { depthSize: "small" },
      leaf,
      FastCheck.array(tie("value"), { maxLength: 4 }),
      tie("object")
    ),
    object: FastCheck.dictionary(FastCheck.oneof(name, FastCheck.string()), tie("value"), { maxKeys: 6 })
  }))

  const field = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined

  it.prop("finds what JSON.parse finds, however the bytes are cut", [object, places, FastCheck.boolean()], (
    [value, at, isIndented]
  ) => {
    const text = JSON.stringify(value, null, isIndented ? 1 : 0)
    const parsed: unknown = JSON.parse(text)
    const scanner = scan(text, at)

    const id = [parsed, field(parsed, "response"), field(parsed, "message")]
      .flatMap((object) => [field(object, "id"), object === parsed ? field(object, "generation_id") : undefined])
      .filter((id) => typeof id === "string" && id.startsWith("gen-"))
    if (id.length === 0) assert.isNull(scanner.id)
    else assert.include(id, scanner.id)

    const type = field(parsed, "type")
    assert.strictEqual(scanner.type, typeof type === "string" ? type : null)
    assert.strictEqual(scanner.hasError, (field(parsed, "error") ?? null) !== null)
    const choices = field(parsed, "choices")
    const finish = Array.isArray(choices) ? field(choices[0], "finish_reason") : undefined
    assert.strictEqual(scanner.finishReason, typeof finish === "string" ? finish : null)
    assert.isTrue(scanner.isClosed)
  })

  it.prop(
    "never throws on other bytes",
    [FastCheck.uint8Array({ maxLength: 200 }), FastCheck.boolean()],
    ([bytes, open]) => {
      const scanner = new JsonScanner()
      if (open) scanner.write(encoder.encode(`{"id":`), 0, 6)
      scanner.write(bytes, 0, bytes.length)
    }
  )

  it("takes no id out of texts, tool calls and other objects", () => {
    const inside = `{"id":"gen-1"}`
    for (
      const text of [
        JSON.stringify({ text: inside }),
        JSON.stringify({ choices: [{ id: "gen-1", message: { id: "gen-1", content: inside } }] }),
        `{"usage":${inside}}`,
        `{"response":{"output":[${inside}]}}`,
        `[${inside}]`,
        `"gen-1"`,
        `{"a":"id","b":"gen-1"}`,
        JSON.stringify({ id: "resp_1", message: "gen-1" })
      ]
    ) assert.isNull(scan(text).id)
  })

  it("reads names and texts with escapes, after blank lines and a byte order mark", () => {
    assert.strictEqual(scan(`\ufeff\n   \n{"\\u0069d":"gen\\u002d1","model":"a\\/b"}`).id, "gen-1")
    assert.strictEqual(scan(`{"model":"a\\/b"}`).model, "a/b")
  })

  it("holds nothing that is longer than an id", () => {
    assert.isNull(scan(`{"id":"gen-${"x".repeat(600)}"}`).id)
  })

  it("does not take a JSON that is cut off for a whole one", () => {
    const text = `{"id":"gen-1","choices":[{"finish_reason":"stop"}]}`
    for (let length = 0; length < text.length; length++) assert.isFalse(scan(text.slice(0, length)).isClosed)
  })
})
