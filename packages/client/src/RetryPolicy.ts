/**
 * Policies of retries. A policy is an ordinary Schedule that receives the errors of a call. Any Schedule can be one, but one
 * that ignores its input, such as `Schedule.recurs(3)`, retries everything, a 401 too.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Either from "effect/Either"
import * as Schedule from "effect/Schedule"
import { makeBackoff } from "./internal/retry/backoff.js"
import { checkBackoff } from "./internal/retry/backoffSettings.js"
import { makeInvalidPolicy } from "./internal/retry/invalidPolicy.js"
import { toSchedule } from "./internal/retry/toSchedule.js"

/** A policy of retries: an ordinary Schedule that receives the errors. */
export type RetryPolicy = Schedule.Schedule<unknown, OpenRouterError>

/** The retry configuration of OpenRouter's own client, field for field. Times are in milliseconds. */
export interface BackoffConfig {
  /** `"none"` never retries. */
  readonly strategy: "backoff" | "none"
  /** The pauses between attempts, and the time of all attempts together. Each number has its own default. */
  readonly backoff?: BackoffIntervals | null | undefined
  /**
   * Retry connection failures, timeouts, and responses that cannot be read.
   *
   * @default false
   */
  readonly retryConnectionErrors?: boolean | null | undefined
  /**
   * The statuses to retry, each a number (`429`, `"429"`) or a family (`"5XX"`).
   *
   * @default ["5XX"]
   */
  readonly retryCodes?: ReadonlyArray<string | number> | null | undefined
}

/** The intervals of a `BackoffConfig`, in milliseconds, and the factor between two pauses. */
export interface BackoffIntervals {
  /**
   * The first pause.
   *
   * @default 500
   */
  readonly initialInterval?: number | null | undefined
  /**
   * The longest pause.
   *
   * @default 60_000
   */
  readonly maxInterval?: number | null | undefined
  /**
   * The factor by which each pause is longer than the one before.
   *
   * @default 1.5
   */
  readonly exponent?: number | null | undefined
  /**
   * The time from the beginning of the call in which the last attempt must begin.
   *
   * @default 3_600_000
   */
  readonly maxElapsedTime?: number | null | undefined
}

/** Never retries. */
export const none: RetryPolicy = Schedule.stop

/**
 * Returns a policy with the fields and defaults of OpenRouter's own client. Pauses grow from `initialInterval` by `exponent`
 * up to `maxInterval`, with 20 % of jitter. `Retry-After` makes a pause longer, never shorter. An error whose pause does not
 * fit in the rest of `maxElapsedTime`, counted from the beginning of the call, is returned at once. If a field is invalid,
 * every call with the policy fails with an `InvalidRequestError` that names it.
 *
 * The arithmetic differs from that client's in three points: its pauses grow as `initialInterval × attempt ^ exponent` with
 * up to a second of jitter, it cuts `Retry-After` down to `maxInterval`, and it begins a last pause for which there is no
 * time.
 *
 * @example
 * ```ts
 * import { RetryPolicy } from "@effect-openrouter/client"
 *
 * const patient = RetryPolicy.backoff({
 *   strategy: "backoff",
 *   backoff: { initialInterval: 1000, maxInterval: 30_000, exponent: 2, maxElapsedTime: 300_000 },
 *   retryConnectionErrors: true,
 *   retryCodes: ["429", "5XX"]
 * })
 * ```
 */
export const backoff = (config: BackoffConfig): RetryPolicy => fromConfig(config, Infinity)

/** The configuration of `standard`, which adds a limit of 3 retries. */
export const standardConfig = {
  strategy: "backoff",
  backoff: { initialInterval: 500, maxInterval: 60_000, exponent: 1.5, maxElapsedTime: 60_000 },
  retryConnectionErrors: true,
  retryCodes: ["408", "429", "500", "502", "503", "504", "524", "529"]
} as const satisfies BackoffConfig

/**
 * The default policy. Retries connection failures, timeouts, a 2XX that cannot be read, and the statuses 408, 429, 500, 502,
 * 503, 504, 524 and 529: at most 3 times and 60 seconds in all, with pauses of 0.5, 0.75 and 1.125 seconds and 20 % of
 * jitter, or as long as `Retry-After` asks. It does not retry a 404: only `Generations.await` polls for a record.
 */
export const standard: RetryPolicy = fromConfig(standardConfig, 3)

function fromConfig(config: BackoffConfig, maxRetries: number): RetryPolicy {
  return Either.match(checkBackoff(config), {
    onLeft: makeInvalidPolicy,
    onRight: (settings) => settings === "none" ? none : toSchedule(makeBackoff(settings, maxRetries))
  })
}
