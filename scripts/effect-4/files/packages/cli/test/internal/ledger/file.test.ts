import { assert, describe, it } from "@effect-openrouter/testing"
import { Effect } from "effect"
import { folder, run, served } from "../../harness.js"

describe("a ledger in a file", () => {
  it.live("is not available, and the message says what to use instead", () =>
    Effect.gen(function*() {
      const ledger = ["--ledger", (yield* folder)("ledger.db")]
      for (const args of [["ledger", "add", "gen-1"], ["ledger", "run"]]) {
        const { code, stderr } = yield* run([...args, ...ledger])
        assert.strictEqual(code, 4)
        assert.match(stderr, /^error: The embedded ledger needs a released libsql driver for Effect 4/)
        assert.include(stderr, "--ledger postgres://")
      }
    }).pipe(Effect.provide(served)))
})
