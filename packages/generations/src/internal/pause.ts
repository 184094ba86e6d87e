import type { TransformAttempt } from "@effect-openrouter/client/RequestOptions"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** One pause for many calls: what one of them is told to wait, all of them wait. */
export interface Pause {
  /** Waits for the end of the pause, if there is one. */
  readonly wait: Effect.Effect<void>
  /** Begins a pause if this error says how long to wait; gives back whether it does. */
  readonly begin: (error: OpenRouterError, now: number) => boolean
  /** Puts an attempt behind the pause, and begins one where it is told to wait. */
  readonly around: TransformAttempt
}

/** How long a 429 asked to wait, if it did. */
export const pauseOf = (error: OpenRouterError): Duration.Duration | null =>
  error._tag === "OpenRouterDefaultError" && error.reason === "TooManyRequests" ? error.retryAfter : null

export const makePause = (): Pause => {
  let end = 0

  const wait: Effect.Effect<void> = Effect.clockWith((clock) => {
    const left = end - clock.unsafeCurrentTimeMillis()
    return left > 0 ? Effect.zipRight(clock.sleep(Duration.millis(left)), wait) : Effect.void
  })

  const begin = (error: OpenRouterError, now: number): boolean => {
    const pause = pauseOf(error)
    if (pause !== null) end = Math.max(end, now + Duration.toMillis(pause))
    return pause !== null
  }

  const around: TransformAttempt = (attempt) =>
    Effect.tapError(
      Effect.zipRight(wait, attempt),
      (error) => Effect.clockWith((clock) => Effect.sync(() => begin(error, clock.unsafeCurrentTimeMillis())))
    )

  return { wait, begin, around }
}
