import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { run, served } from "../harness.js"

describe("feedback", () => {
  it.scopedLive("reports it", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" })
      const { code, stdout } = yield* run(["feedback", "gen-1", "--category", "latency", "--comment", "too slow"])
      assert.strictEqual(code, 0)
      assert.include(stdout, "Feedback on gen-1 is recorded: latency")
      const [request] = yield* emulator.requests
      assert.deepStrictEqual(JSON.parse(request?.body ?? ""), {
        generation_id: "gen-1",
        category: "latency",
        comment: "too slow"
      })
    }).pipe(Effect.provide(served)))

  it.scopedLive("sends nothing that OpenRouter would reject", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const category = yield* run(["feedback", "gen-1", "--category", "praise"])
      assert.strictEqual(category.code, 2)
      assert.include(category.stderr, "latency, incoherence")
      const comment = yield* run(["feedback", "gen-1", "--category", "other", "--comment", "x".repeat(1001)])
      assert.strictEqual(comment.code, 2)
      assert.include(comment.stderr, "1000 characters")
      assert.lengthOf(yield* emulator.requests, 0)
    }).pipe(Effect.provide(served)))
})
