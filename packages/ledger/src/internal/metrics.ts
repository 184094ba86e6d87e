/**
 * The updates of the metrics.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import { claimsExpired, finished, oldestPending, pauses, settledAfter } from "../LedgerMetrics.js"
import type { Pause } from "./contract.js"
import type { Recorded } from "./store.js"

export const countExpired = (count: number): Effect.Effect<void> =>
  count === 0 ? Effect.void : Metric.incrementBy(claimsExpired, count)

export const countPause = (reason: Pause["reason"]): Effect.Effect<void> =>
  Metric.increment(Metric.tagged(pauses, "reason", reason))

export const countRecorded = (recorded: ReadonlyArray<Recorded>): Effect.Effect<void> =>
  Effect.forEach(
    recorded.filter(({ state }) => state !== "pending"),
    ({ age, state }) =>
      Effect.zipRight(
        Metric.increment(Metric.tagged(finished, "state", state)),
        state === "settled" ? Metric.update(settledAfter, age) : Effect.void
      ),
    { discard: true }
  )

export const setOldestPending = (age: number): Effect.Effect<void> => Metric.set(oldestPending, age)
