import { effectiveStatus, isTransient, type OpenRouterError, retryAfter } from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"

/** A failed attempt. */
export interface FailedAttempt {
  readonly error: OpenRouterError
  /** The number of attempts so far, this one included. */
  readonly attempt: number
  /** The time since the call began, in milliseconds. */
  readonly elapsed: number
  /** A random number from 0 to 1. */
  readonly random: number
}

/** Returns the milliseconds to wait before the next attempt, or `null` if there is none. */
export interface Backoff {
  (failed: FailedAttempt): number | null
}

/** The numbers of a policy: times in milliseconds. */
export interface BackoffSettings {
  readonly initialInterval: number
  readonly maxInterval: number
  readonly exponent: number
  readonly maxElapsedTime: number
  readonly retryConnectionErrors: boolean
  /** Statuses (`429`) and families of them (`5XX`), in upper case. */
  readonly retryCodes: ReadonlySet<string>
}

/** The part of a pause that is random, up and down. */
const jitter = 0.2

/** Returns the arithmetic of a policy. */
export const makeBackoff =
  (settings: BackoffSettings, maxRetries: number): Backoff => ({ attempt, elapsed, error, random }) => {
    if (attempt > maxRetries || !isRetryable(settings, error)) return null
    const asked = retryAfter(error)
    // Whole milliseconds: TestClock cannot keep a fraction.
    const pause = Math.ceil(
      Math.max(ownPause(settings, attempt, random), asked === null ? 0 : Duration.toMillis(asked))
    )
    return elapsed + pause <= settings.maxElapsedTime ? pause : null
  }

const ownPause = (
  { exponent, initialInterval, maxInterval }: BackoffSettings,
  attempt: number,
  random: number
): number => {
  const factor = (1 - jitter) * (1 - random) + (1 + jitter) * random
  // 0 × Infinity is not a number.
  return initialInterval === 0 ? 0 : Math.min(initialInterval * exponent ** (attempt - 1) * factor, maxInterval)
}

/** An error without a status is one of the connection: no response, or none that can be read. */
const isRetryable = ({ retryCodes, retryConnectionErrors }: BackoffSettings, error: OpenRouterError): boolean => {
  const status = effectiveStatus(error)
  return status === null
    ? retryConnectionErrors && isTransient(error)
    : retryCodes.has(String(status)) || retryCodes.has(`${Math.floor(status / 100)}XX`)
}
