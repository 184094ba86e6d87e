import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { simulate } from "./simulate.js"

/** Runs the seeds from `LEDGER_SEED` on, and fails with the first one that breaks a guarantee, and with its trace. */
export const checkSeeds = (count: number): Effect.Effect<void> => {
  const first = Number(process.env["LEDGER_SEED"] ?? 1)
  const seeds = Array.from({ length: Number(process.env["LEDGER_SEEDS"] ?? count) }, (_, index) => first + index)
  return Effect.forEach(
    seeds,
    (seed) =>
      Effect.map(
        Effect.promise(() => simulate(seed)),
        ({ trace, violations }) =>
          assert.deepStrictEqual(violations, [], `LEDGER_SEED=${seed} breaks a guarantee:\n${trace.join("\n")}`)
      ),
    {
      discard: true
    }
  )
}
