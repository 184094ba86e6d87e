import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder, run, served } from "../../harness.js"

describe("a ledger in a file", () => {
  it.scopedLive("is created by the first id", () =>
    Effect.gen(function*() {
      const ledger = ["--ledger", (yield* folder)("ledger.db")]
      assert.strictEqual((yield* run(["ledger", "add", ...ledger, "gen-1"])).code, 0)
      const { code, stdout } = yield* run(["ledger", "status", "--json", ...ledger])
      assert.strictEqual(code, 0)
      assert.include(JSON.parse(stdout), { pending: 1, settled: 0 })
    }).pipe(Effect.provide(served)))
})
