import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { count } from "./format.js"
import { type Out, Stdio, writeError } from "./stdio.js"

/** Shows in a terminal how much of the work is done. */
export interface Progress {
  /** Counts one more as done. */
  readonly tick: Effect.Effect<void>
  /** Removes the bar, so that something else can be written. It is drawn again a moment later. */
  readonly clear: Effect.Effect<void, never, Stdio>
}

/**
 * Runs work that reports its progress. After a second, a terminal shows on standard error how many of `total` are done, how
 * many a second, and the time left. `total` is `null` if it is unknown.
 */
export const withProgress = <A, E, R>(
  total: number | null,
  use: (progress: Progress) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Stdio> =>
  Effect.flatMap(Stdio, ({ stderr }) =>
    stderr.canMoveCursor
      ? withBar(total, stderr, use)
      : use({ tick: Effect.void, clear: Effect.void }))

const withBar = <A, E, R>(
  total: number | null,
  stderr: Out,
  use: (progress: Progress) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Stdio> =>
  Effect.clockWith((clock) => {
    let done = 0
    const start = clock.unsafeCurrentTimeNanos()
    const clear = writeError("\r\u001b[2K")
    const draw = Effect.suspend(() => {
      const seconds = Number(clock.unsafeCurrentTimeNanos() - start) / 1e9
      return writeError(`\r\u001b[2K${bar({ done, total, seconds }, stderr)}`)
    })
    const drawing = draw.pipe(Effect.repeat(Schedule.spaced("100 millis")), Effect.delay("1 second"))
    return use({ tick: Effect.sync(() => done++), clear }).pipe(
      Effect.raceFirst(Effect.zipRight(drawing, Effect.never)),
      Effect.ensuring(clear)
    )
  })

interface State {
  readonly done: number
  readonly total: number | null
  readonly seconds: number
}

/** `━━━━━━━━──────  812/1,200  40.2/s  10 s left`, as wide as the terminal allows. */
const bar = ({ done, seconds, total }: State, stderr: Out): string => {
  const rate = done / seconds
  const numbers = [
    total === null ? count(done) : `${count(done)}/${count(total)}`,
    `${rate.toFixed(1)}/s`,
    ...total === null || done === 0 ? [] : [`${timeLeft((total - done) / rate)} left`]
  ].join("  ")
  const room = Math.min(40, stderr.columns() - numbers.length - 3)
  if (total === null || room < 5) return numbers.slice(0, stderr.columns() - 1)
  const full = Math.min(room, Math.round(room * done / Math.max(1, total)))
  return `${stderr.style("cyan", "━".repeat(full))}${stderr.style("dim", "─".repeat(room - full))}  ${numbers}`
}

/** Returns a time in seconds as text: `10 s`, `1 min 5 s`, `3 h 20 min`. */
export const timeLeft = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
