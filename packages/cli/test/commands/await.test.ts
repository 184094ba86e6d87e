import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { run, served, values } from "../harness.js"

describe("await", () => {
  it.scopedLive("waits until a record is visible", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-later", totalCost: 0.25 })
      yield* emulator.faults([{ status: 404 }, { status: 404 }])
      const { code, stdout } = yield* run(["await", "gen-later"])
      assert.strictEqual(code, 0)
      assert.include(stdout, "$0.25")
      assert.lengthOf(yield* emulator.requests, 3)
    }).pipe(Effect.provide(served)))

  it.scopedLive("waits for the cost of a record, and ends with 3 without one", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ status: 200, body: { data: { id: "gen-1", total_cost: null } } }])
      const { code, stdout } = yield* run(["await", "gen-1"])
      assert.strictEqual(code, 0)
      assert.include(stdout, "$0.25")
      yield* emulator.add({ id: "gen-2", totalCost: null, usage: null })
      const never = yield* run(["await", "gen-2", "--within", "600ms"])
      assert.strictEqual(never.code, 3)
      assert.match(never.stdout, /cost +unknown/)
    }).pipe(Effect.provide(served)))

  it.scopedLive("waits --within, and ends with 3", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* run(["await", "--within", "700ms", "--json", "gen-none"])
      assert.strictEqual(code, 3)
      const [line = {}] = values(stdout)
      assert.include(line, { _tag: "NotVisible", id: "gen-none" })
      assert.isAtLeast(line["elapsed"] as number, 700)
      assert.isBelow(line["elapsed"] as number, 5000)
    }).pipe(Effect.provide(served)))

  it.scopedLive("rejects an invalid time", () =>
    Effect.gen(function*() {
      for (const time of ["10y", "-1s", "soon"]) {
        const { code, stderr } = yield* run(["await", "gen-1", "--within", time])
        assert.strictEqual(code, 2)
        assert.include(stderr, `received: '${time}'`)
      }
    }).pipe(Effect.provide(served)))
})
