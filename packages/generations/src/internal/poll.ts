/**
 * The poll of `Generations.await`, and the rules that `Settlement.stream` shares with it.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import { isCostKnown } from "@effect-openrouter/core/GenerationUsage"
import { checkDuration, type Checked, readOptions } from "@effect-openrouter/core/internal/check"
import {
  isForeignNotFound,
  isFromOpenRouter,
  isNotFound,
  isThrottled,
  isUnavailable,
  type OpenRouterError,
  retryAfter,
  withAttempts
} from "@effect-openrouter/core/OpenRouterError"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { GenerationNotVisibleError } from "../GenerationNotVisibleError.js"

/** A wait whose options have been checked. */
export interface Wait {
  readonly within: Duration.Duration
  readonly pauses: Pauses
  readonly waitForCost: boolean
}

/** The server that a poll sends its requests to. */
export interface Server {
  /** `true` once a response came from OpenRouter: then a 404 of another server is a fault that may pass. */
  isKnown: boolean
}

type Outcome = Effect.Effect<Generation, OpenRouterError>

/**
 * Runs a request for a record until there is one, and until its cost is known if that is wanted. At the end of the time the last
 * record or error decides.
 */
export const poll = (
  request: Effect.Effect<Generation, OpenRouterError>,
  id: string,
  { pauses, waitForCost, within }: Wait,
  server: Server
): Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError> =>
  Effect.clockWith((clock) => {
    const end = monotonicMillis(clock) + Duration.toMillis(within)
    let attempts = 0
    let sent = 0
    let record: Generation | undefined
    /** The result at the end of the time, unless the record was not visible. */
    let last: Outcome | undefined

    const attempt: Outcome = Effect.suspend(() => {
      attempts++
      return Effect.matchEffect(request, {
        onSuccess: (generation): Outcome => {
          server.isKnown = true
          sent++
          record = generation
          last = Effect.succeed(generation)
          return !waitForCost || isCostKnown(generation) ? last : attemptAfter(pauseAfter(pauses, attempts - 1))
        },
        onFailure: (error): Outcome => {
          server.isKnown ||= isFromOpenRouter(error)
          sent += requestsSent(error)
          const failure = Effect.fail(withAttempts(error, sent))
          if (!canPass(error, server)) return failure
          if (record === undefined) last = isNotFound(error) ? undefined : failure
          const isTooLate = monotonicMillis(clock) + requestedPause(error) > end
          return isTooLate && last !== undefined ? last : attemptAfter(pauseAfter(pauses, attempts - 1, error))
        }
      })
    })

    const attemptAfter = (pause: number) => Effect.zipRight(clock.sleep(Duration.millis(pause)), attempt)

    const onTimeout = (): Outcome | Effect.Effect<never, GenerationNotVisibleError> =>
      last ?? Effect.fail(new GenerationNotVisibleError({ id, attempts, elapsed: within }))

    // Interruptible, because the deadline must end it in an uninterruptible region, too.
    return Effect.flatten(Effect.timeoutTo(Effect.interruptible(attempt), {
      duration: within,
      onSuccess: (generation): Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError> =>
        Effect.succeed(generation),
      onTimeout
    }))
  })

/** The pauses of a poll, in milliseconds. */
export interface Pauses {
  readonly initial: number
  readonly max: number
}

interface PollInterval {
  readonly initial?: Duration.DurationInput | undefined
  readonly max?: Duration.DurationInput | undefined
}

/** Checks the pauses of a poll. The longest one grows with `within`, so that a long wait makes few requests. */
export const checkPauses = (
  pollInterval: PollInterval | null | undefined,
  within: Duration.Duration
): Checked<Pauses> =>
  Either.flatMap(readOptions("pollInterval", pollInterval, ["initial", "max"]), ({ initial, max }) =>
    Either.all({
      initial: Either.map(checkDuration("pollInterval.initial", initial ?? "500 millis"), Duration.toMillis),
      max: Either.map(checkDuration("pollInterval.max", max ?? defaultMax(within)), Duration.toMillis)
    }))

const defaultMax = (within: Duration.Duration): Duration.Duration =>
  Duration.clamp(Duration.times(within, 1 / 20), { minimum: Duration.seconds(5), maximum: Duration.minutes(1) })

/**
 * Returns the pause after `polls` earlier ones, in whole milliseconds: it grows by half, and is never shorter than the response asked.
 */
export const pauseAfter = ({ initial, max }: Pauses, polls: number, error?: OpenRouterError): number =>
  Math.ceil(
    Math.max(Math.round(Math.min(initial * 1.5 ** polls, max)), error === undefined ? 0 : requestedPause(error))
  )

/** Returns the pause in milliseconds that a response asked for, or 0. */
export const requestedPause = (error: OpenRouterError): number => {
  const pause = retryAfter(error)
  return pause === null ? 0 : Duration.toMillis(pause)
}

/** The default of `within`. */
export const defaultWithin = Duration.seconds(30)

/**
 * Returns `true` for an error that a poll handles itself: the record is not there yet, or the same request may succeed later. The
 * retry policy must not retry it as well, or a wait would send many times as many requests.
 */
export const isPollable = (error: OpenRouterError): boolean =>
  isNotFound(error) || isForeignNotFound(error) || isThrottled(error) || isUnavailable(error)

/** Returns `true` if a request may succeed later that has failed at this server. */
export const canPass = (error: OpenRouterError, server: Server): boolean =>
  isForeignNotFound(error) ? server.isKnown : isPollable(error)

/** Returns the number of requests that a call sent that ended with an error. */
export const requestsSent = (error: OpenRouterError): number => "attempts" in error ? error.attempts : 0

/** Returns the time of the monotonic clock in milliseconds. */
export const monotonicMillis = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6
