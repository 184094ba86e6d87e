import type { TransformAttempt } from "@effect-openrouter/client/RequestOptions"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** One pause for many calls: what one of them is told to wait, all of them wait. */
export interface Pause {
  /** Waits for the end of the pause, if there is one. */
  readonly wait: Effect.Effect<void>
  /** Begins a pause if this error says how long to wait, and not for too long; gives back whether it does. */
  readonly begin: (error: OpenRouterError, clock: Clock.Clock) => boolean
  /** Puts an attempt behind the pause, and begins one where it is told to wait. */
  readonly around: TransformAttempt
}

const maxPause = Duration.hours(1)

/** Whether a 429 asks to wait for longer than a pause may be. */
export const isTooLong = (error: OpenRouterError): boolean => Duration.greaterThan(pauseOf(error), maxPause)

/** How long a 429 asked to wait, if it did. */
const pauseOf = (error: OpenRouterError): Duration.Duration =>
  (error._tag === "OpenRouterDefaultError" && error.reason === "TooManyRequests" ? error.retryAfter : null) ??
    Duration.zero

export const makePause = (): Pause => {
  // By a clock that nobody sets, in nanoseconds.
  let end: bigint | undefined

  const wait: Effect.Effect<void> = Effect.clockWith((clock) => {
    if (end === undefined) return Effect.void
    const left = end - clock.unsafeCurrentTimeNanos()
    return left > 0n ? Effect.zipRight(clock.sleep(Duration.nanos(left)), wait) : Effect.void
  })

  const begin = (error: OpenRouterError, clock: Clock.Clock): boolean => {
    const pause = pauseOf(error)
    if (isTooLong(error) || Duration.equals(pause, Duration.zero)) return false
    const until = clock.unsafeCurrentTimeNanos() + Duration.unsafeToNanos(pause)
    if (end === undefined || until > end) end = until
    return true
  }

  const around: TransformAttempt = (attempt) =>
    Effect.tapError(
      Effect.zipRight(wait, attempt),
      (error) => Effect.clockWith((clock) => Effect.sync(() => begin(error, clock)))
    )

  return { wait, begin, around }
}
