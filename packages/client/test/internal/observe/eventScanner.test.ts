import { GenerationId } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { EventScanner } from "../../../src/internal/observe/eventScanner.js"
import { cut, encoder, places } from "./cut.js"

describe("EventScanner", () => {
  const readEvents = (text: string, at: ReadonlyArray<number> = []) => {
    const objects: Array<{ readonly id: string | null; readonly type: string | null; readonly hasError: boolean }> = []
    let done = 0
    const scanner = new EventScanner(({ hasError, id, type }) => objects.push({ id, type, hasError }), () => done++)
    for (const bytes of cut(encoder.encode(text), at)) scanner.write(bytes)
    return { objects, done, id: scanner.json.id, model: scanner.json.model }
  }

  const event = FastCheck.record({
    id: FastCheck.constantFrom("gen-1", "resp_1"),
    type: FastCheck.constantFrom("message_stop", "ping"),
    error: FastCheck.constantFrom(null, { code: 502 }),
    text: FastCheck.string()
  })
  const block = FastCheck.oneof(
    FastCheck.constant({ lines: [": OPENROUTER PROCESSING"], object: null, done: 0 }),
    FastCheck.constant({ lines: ["data: [DONE]"], object: null, done: 1 }),
    FastCheck.constant({ lines: ["data:[DONE]"], object: null, done: 1 }),
    FastCheck.constant({ lines: ["event: ping", "id: gen-9", "retry: 10"], object: null, done: 0 }),
    FastCheck.constant({ lines: ["database: {}", "dat: {}", "data"], object: null, done: 0 }),
    event.map((object) => ({ lines: ["event: x", `data: ${JSON.stringify(object)}`], object, done: 0 })),
    event.map((object) => ({
      lines: JSON.stringify(object, null, 1).split("\n").map((line) => `data:${line}`),
      object,
      done: 0
    }))
  )

  it.prop(
    "reads each event once, with any line ends, however the bytes are cut",
    [FastCheck.array(block, { maxLength: 8 }), FastCheck.constantFrom("\n", "\r\n", "\r"), places, FastCheck.boolean()],
    ([blocks, lineEnd, at, hasMark]) => {
      const text = (hasMark ? "\ufeff" : "") +
        blocks.map(({ lines }) => [...lines, "", ""].join(lineEnd)).join("")
      const { done, id, objects } = readEvents(text, at)
      const expected = blocks.flatMap(({ object }) => object === null ? [] : [object])
      assert.deepStrictEqual(
        objects.map(({ hasError, type }) => [type, hasError]),
        expected.map(({ error, type }) => [type, error !== null])
      )
      assert.strictEqual(done, blocks.reduce((sum, block) => sum + block.done, 0))
      assert.strictEqual(id, expected.some(({ id }) => id === "gen-1") ? "gen-1" : null)
    }
  )

  it("finds the id where the parsed event has it", () => {
    for (
      const object of [
        { id: "gen-1", choices: [] },
        { type: "response.created", response: { id: "gen-1" } },
        { type: "message_start", message: { id: "gen-1" } }
      ]
    ) {
      assert.strictEqual(readEvents(`data: ${JSON.stringify(object)}\n\n`).id, GenerationId.fromCompletion(object))
    }
  })
})
