import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { copyFileSync } from "node:fs"
import { pathToFileURL } from "node:url"
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

  it.scopedLive("has what was added also in a copy without its log", () =>
    Effect.gen(function*() {
      const file = yield* folder
      yield* run(["ledger", "add", "--ledger", file("ledger.db"), "gen-1"])
      copyFileSync(file("ledger.db"), file("copy.db"))
      const { stdout } = yield* run(["ledger", "status", "--json", "--ledger", file("copy.db")])
      assert.include(JSON.parse(stdout), { pending: 1 })
    }).pipe(Effect.provide(served)))

  it.scopedLive("can be named with a file: URL", () =>
    Effect.gen(function*() {
      const file = (yield* folder)("a ledger.db")
      yield* run(["ledger", "add", "--ledger", pathToFileURL(file).href, "gen-1"])
      const { stdout } = yield* run(["ledger", "status", "--json"], { env: { OPENROUTER_LEDGER: file } })
      assert.include(JSON.parse(stdout), { pending: 1 })
    }).pipe(Effect.provide(served)))
})
