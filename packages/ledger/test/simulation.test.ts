// Ledger, workers, emulator and faults in one process and in virtual time. LEDGER_SEED=24 LEDGER_SEEDS=1 repeats one run.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { checkSeeds } from "./simulation/checkSeeds.js"
import { simulate } from "./simulation/simulate.js"

const run = (seed: number, rewrite?: (sql: string) => string) => Effect.promise(() => simulate(seed, rewrite))

const withoutFence = (sql: string) =>
  sql.replace("WHERE id = next_id AND state = 'pending' AND (claim = number OR kind = 'settled')", "WHERE id = next_id")

describe("simulation", () => {
  it.live("keeps all guarantees", () => Effect.asVoid(checkSeeds(40)), 3_600_000)

  it.live("repeats a run exactly", () =>
    Effect.gen(function*() {
      for (const seed of [20, 24, 112]) assert.deepStrictEqual(yield* run(seed), yield* run(seed))
    }))

  it.live("finds a worker that does not fence late outcomes, with the same seed and the same trace each time", () =>
    Effect.gen(function*() {
      const seed = 58
      const broken = yield* run(seed, withoutFence)
      assert.match(broken.violations.join(), /was changed from settled to failed/)
      assert.deepStrictEqual(yield* run(seed, withoutFence), broken)
      assert.deepStrictEqual((yield* run(seed)).violations, [])
    }))
})
