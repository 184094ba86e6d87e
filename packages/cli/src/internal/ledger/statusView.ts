import type { Counts } from "@effect-openrouter/ledger/Ledger"
import type { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Stop } from "../output/exit.js"
import { count } from "../output/format.js"
import { printable } from "../output/printable.js"
import { timeLeft } from "../output/progress.js"
import type { Out } from "../output/stdio.js"

/** The counts of a ledger at a time of the monotonic clock, in nanoseconds. */
interface Sample {
  readonly at: bigint
  readonly counts: Counts
}

/** The time between two samples. */
const interval = "1 second"

/** The number of samples from which the rate is computed: the rate of the last 10 seconds. */
const maxSamples = 11

const sample = (counts: Effect.Effect<Counts, LedgerError>): Effect.Effect<Sample, LedgerError> =>
  Effect.zipWith(
    counts,
    Effect.map(Clock.clockWith(Effect.succeed), (clock) => clock.unsafeCurrentTimeNanos()),
    (counts, at) => ({ at, counts })
  )

/**
 * Prints the counts once. Ids per second and the time left need two samples, so while an id is pending this takes a second.
 */
export const printOnce = (
  counts: Effect.Effect<Counts, LedgerError>,
  out: Out
): Effect.Effect<void, LedgerError | Stop> =>
  Effect.gen(function*() {
    const first = yield* sample(counts)
    const last = first.counts.pending === 0 ? first : yield* Effect.delay(sample(counts), interval)
    yield* out.write(`${view(first, last).join("\n")}\n`)
  })

/**
 * Draws the counts each second over the last ones, until no id is pending. A database that cannot be reached is shown, and
 * asked again.
 */
export const watch = (
  counts: Effect.Effect<Counts, LedgerError>,
  out: Out
): Effect.Effect<void, LedgerError | Stop> =>
  Effect.gen(function*() {
    let samples: ReadonlyArray<Sample> = [yield* sample(counts)]
    let drawn = 0
    const draw = (problem: string | null) => {
      const [first] = samples
      const last = samples.at(-1)
      if (first === undefined || last === undefined) return Effect.void
      const lines = [...view(first, last), ...problem === null ? [] : [`${label("problem")}${printable(problem)}`]]
        .map((line) => cut(line, out.columns() - 1))
      const erase = drawn === 0 ? "" : `\u001b[${drawn}A\r\u001b[J`
      drawn = lines.length
      return out.write(`${erase}${lines.join("\n")}\n`)
    }
    yield* draw(null)
    while (samples.at(-1)?.counts.pending !== 0) {
      yield* Effect.sleep(interval)
      const next = yield* Effect.either(sample(counts))
      if (Either.isRight(next)) samples = [...samples, next.right].slice(-maxSamples)
      yield* draw(Either.isLeft(next) ? next.left.message : null)
    }
  })

const label = (name: string): string => name.padEnd(13)

/** Returns the lines for a ledger, with its rate since the first sample. */
const view = (first: Sample, { at, counts }: Sample): ReadonlyArray<string> => {
  const { failed, notVisible, oldestPending, paused, pending, settled } = counts
  const rate = Math.max(0, finished(counts) - finished(first.counts)) / (Number(at - first.at) / 1e9)
  return [
    `${label("pending")}${count(pending)}${
      oldestPending === null ? "" : `, the oldest since ${DateTime.formatIso(oldestPending)}`
    }`,
    `${label("settled")}${count(settled)}`,
    `${label("not visible")}${count(notVisible)}`,
    `${label("failed")}${count(failed)}`,
    ...pending === 0 || at === first.at
      ? []
      : [
        `${label("rate")}${rate.toFixed(1)}/s, ${rate === 0 ? "time left unknown" : `${timeLeft(pending / rate)} left`}`
      ],
    ...paused === null ? [] : [
      `${label("paused")}${paused.reason}: ${printable(paused.message)}`,
      `${label("")}since ${DateTime.formatIso(paused.since)}, next request ${DateTime.formatIso(paused.until)}`
    ]
  ]
}

const cut = (line: string, width: number): string => line.length <= width ? line : `${line.slice(0, width - 1)}…`

const finished = ({ failed, notVisible, settled }: Counts): number => failed + notVisible + settled
