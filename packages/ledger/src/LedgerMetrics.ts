/**
 * Effect metrics of a worker: entries that were finished, the time until they were settled, claims that
 * expired, pauses, and the age of the oldest pending entry. The name of each metric begins with `openrouter.ledger.`.
 */
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

const counter = (name: string, description: string): Metric.Metric.Counter<number> =>
  Metric.counter(`openrouter.ledger.${name}`, { description, incremental: true })

/** Counts the entries that this process finished, by `state`: `settled`, `notVisible` or `failed`. */
export const finished: Metric.Metric.Counter<number> = counter(
  "finished",
  "Entries of the ledger that were finished, by state"
)

/** Distribution of the time from `settle` until an entry was settled, in milliseconds. */
export const settledAfter: Metric.Metric.Histogram<number> = Metric.histogram(
  "openrouter.ledger.settled_after",
  MetricBoundaries.fromIterable([500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000]),
  "Time from settle to settled"
).pipe(Metric.tagged("unit", "ms"))

/** Counts the ids that this process took over from a worker that recorded no outcome in time. */
export const claimsExpired: Metric.Metric.Counter<number> = counter(
  "claims_expired",
  "Claims of workers that recorded no outcome in time"
)

/** Counts the pauses that this process began, by `reason`. */
export const pauses: Metric.Metric.Counter<number> = counter("pauses", "Pauses of all workers, by reason")

/** The age of the oldest pending entry, in milliseconds; 0 if none is pending. Every worker updates it every 30 seconds. */
export const oldestPending: Metric.Metric.Gauge<number> = Metric.gauge("openrouter.ledger.oldest_pending", {
  description: "Age of the oldest pending entry"
}).pipe(Metric.tagged("unit", "ms"))
