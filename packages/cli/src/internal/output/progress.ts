import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { count } from "./format.js"
import { isDumb, stderr } from "./terminal.js"

/** How far the work is; a terminal shows it. */
export interface Progress {
  /** One more is done. */
  readonly tick: Effect.Effect<void>
  /** Takes the bar away, so that something else can be written; it comes back by itself. */
  readonly clear: Effect.Effect<void>
}

/**
 * Runs what reports its progress. After a second it is shown on standard error if that is a terminal, and only there: a
 * bar with how many are done, how many a second and the time left, as far as the total is known.
 */
export const withProgress = <A, E, R, E2, R2>(
  total: Effect.Effect<number | null, E2, R2>,
  use: (progress: Progress) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | E2, R | R2> =>
  stderr.isTerminal && !isDumb
    ? Effect.flatMap(total, (total) => shown(total, use))
    : use({ tick: Effect.void, clear: Effect.void })

const shown = <A, E, R>(
  total: number | null,
  use: (progress: Progress) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    let done = 0
    const start = yield* Clock.currentTimeMillis
    const clear = Effect.ignore(stderr.write("\r\u001b[2K"))
    const draw = Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => Effect.ignore(stderr.write(`\r\u001b[2K${bar({ done, total, seconds: (now - start) / 1000 })}`))
    )
    const drawing = draw.pipe(Effect.repeat(Schedule.spaced("100 millis")), Effect.delay("1 second"))
    return yield* use({ tick: Effect.sync(() => done++), clear }).pipe(
      Effect.raceFirst(Effect.zipRight(drawing, Effect.never)),
      Effect.ensuring(clear)
    )
  })

interface State {
  readonly done: number
  readonly total: number | null
  readonly seconds: number
}

/** `━━━━━━━━──────  812/1,200  40.2/s  10 s left`, as wide as there is room. */
const bar = ({ done, seconds, total }: State): string => {
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

const timeLeft = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
