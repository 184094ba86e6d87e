import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { run, served } from "../harness.js"

const content = {
  input: { messages: [{ role: "user", content: "Six times\nseven?" }, { role: "user", content: [{ type: "image" }] }] },
  output: { completion: "42", reasoning: "Count." }
}

describe("content", () => {
  it.scopedLive("prints the prompt and the completion", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" }, { content })
      const { code, stderr, stdout } = yield* run(["content", "gen-1"])
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr, "")
      assert.include(stdout, "user\nSix times\nseven?\n")
      assert.include(stdout, `"type": "image"`)
      assert.include(stdout, "reasoning\nCount.\n\ncompletion\n42\n")
    }).pipe(Effect.provide(served)))

  it.scopedLive("prints it as OpenRouter has it with --json", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" }, { content })
      const { stdout } = yield* run(["content", "gen-1", "--json"])
      assert.nestedInclude(JSON.parse(stdout), { "output.completion": "42", "input.messages[0].role": "user" })
    }).pipe(Effect.provide(served)))

  it.scopedLive("says what to do if there is no content", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run(["content", "gen-none"])
      assert.strictEqual(code, 1)
      assert.strictEqual(stdout, "")
      assert.include(stderr, "wait for it with await")
    }).pipe(Effect.provide(served)))
})
