import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Stream } from "effect"
import { splitLines } from "../../../src/internal/input/lines.js"
import { SettlementReader } from "../../../src/internal/settlements/settlementReader.js"

/** Reads a file that comes in chunks of `size` bytes. */
const read = (content: string | Uint8Array, size = 65_536) => {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content
  const chunks = Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, index) => bytes.subarray(index * size, (index + 1) * size)
  )
  const reader = new SettlementReader()
  const settlements = Effect.runSync(Stream.runCollect(splitLines(Stream.fromIterable(chunks))))
  const ids = [...settlements].flatMap((lines) => lines.flatMap((line) => reader.push(line))).concat(reader.end())
    .map(({ id }) => id)
  return { ids, unreadable: reader.unreadable, tornBytes: reader.tornBytes }
}

const line = (id: string, text = ""): string =>
  JSON.stringify({ _tag: "Settled", id, generation: { id, total_cost: 1, model: text } })

const text = fc.string({ unit: "binary", maxLength: 30 })

describe("SettlementReader", () => {
  it("reads every settlement, whatever its texts and the chunks are", () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        (texts, size, end) => {
          const content = texts.map((text, index) => line(`gen-${index}`, text) + end).join("")
          assert.deepStrictEqual(read(content, size), {
            ids: texts.map((_, index) => `gen-${index}`),
            unreadable: null,
            tornBytes: 0
          })
        }
      ),
      { seed: 1 }
    )
  })

  it("loses no whole line to damage elsewhere", () => {
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 2, maxLength: 6 }),
        fc.nat(),
        fc.nat(),
        fc.nat(40),
        (texts, at, cut, size) => {
          const all = texts.map((text, index) => line(`gen-${index}`, text))
          const damaged = at % all.length
          const whole = all[damaged] ?? ""
          const end = 1 + cut % (whole.length - 1)
          const content = all.map((text, index) => `${index === damaged ? whole.slice(0, end) : text}\n`).join("")
          const { ids, unreadable } = read(content, size + 1)
          assert.deepStrictEqual(ids, all.flatMap((_, index) => index === damaged ? [] : [`gen-${index}`]))
          assert.strictEqual(unreadable?.first, damaged + 1)
        }
      ),
      { seed: 1 }
    )
  })

  it("recovers a settlement behind a torn one, NUL bytes or other text", () => {
    for (
      const before of [
        line("x").slice(0, 30),
        line("x").slice(0, -5),
        "\0\0\0\0",
        "nonsense ",
        "}{[\"",
        "{\"_tag\":{\"_tag\":"
      ]
    ) {
      assert.include(read(`${before}${line("gen-1")}\n${line("gen-2")}\n`).ids, "gen-1", before)
      assert.include(read(`${before}${line("gen-1")}\n${line("gen-2")}\n`).ids, "gen-2", before)
    }
  })

  it("tells a torn last line from other damage", () => {
    const whole = `${line("gen-1")}\n`
    for (const torn of ["{", line("gen-2").slice(0, 20), "\0\0\0", `${line("gen-2").slice(0, 20)}\0`]) {
      const { tornBytes, unreadable } = read(whole + torn)
      assert.deepInclude(unreadable, { lines: 1, first: 2, torn: true })
      assert.strictEqual(tornBytes, torn.length)
    }
    for (const other of ["nonsense", `${line("gen-2").slice(0, 20)}\n`, "{}"]) {
      assert.deepInclude(read(whole + other).unreadable, { lines: 1, first: 2, torn: false })
    }
    assert.deepStrictEqual(read(whole + line("gen-2")).ids, ["gen-1", "gen-2"])
  })

  it("takes time in proportion to a damaged text", () => {
    const hostile = "{\"_tag\":\"".repeat(200_000)
    const { ids, unreadable } = read(`${hostile}\n${line("gen-1")}\n`)
    assert.deepStrictEqual(ids, ["gen-1"])
    assert.strictEqual(unreadable?.bytes, hostile.length + 1)
  })
})
