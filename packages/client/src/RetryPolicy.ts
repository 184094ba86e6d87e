/**
 * Policies of retries. A policy is an ordinary Schedule that receives the errors of a call. Any Schedule can be one, but one
 * that ignores its input, such as `Schedule.recurs(3)`, retries everything, a 401 too.
 */
import { transientStatuses } from "@effect-openrouter/core/internal/error/transientStatuses"
import * as Either from "effect/Either"
import { makeBackoff } from "./internal/retry/backoff.js"
import { checkBackoff } from "./internal/retry/backoffSettings.js"
import { makeInvalidPolicy } from "./internal/retry/invalidPolicy.js"
import type { BackoffConfig, RetryPolicy } from "./internal/retry/policy.js"
import { stop, toSchedule } from "./internal/retry/toSchedule.js"

export type { BackoffConfig, BackoffIntervals, RetryPolicy } from "./internal/retry/policy.js"

/** Never retries. */
export const none: RetryPolicy = stop

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
export const backoff = (config: BackoffConfig): RetryPolicy =>
  Either.match(checkBackoff(config), {
    onLeft: makeInvalidPolicy,
    onRight: (settings) => settings === "none" ? none : toSchedule(makeBackoff(settings, Infinity))
  })

/** The configuration of `standard`, which adds a limit of 3 retries. */
export const standardConfig = {
  strategy: "backoff",
  backoff: { initialInterval: 500, maxInterval: 60_000, exponent: 1.5, maxElapsedTime: 60_000 },
  retryConnectionErrors: true,
  retryCodes: /* @__PURE__ */ transientStatuses.map(String)
} as const satisfies BackoffConfig

/**
 * The default policy. Retries connection failures, timeouts, a 2XX that cannot be read, and the statuses 408, 429, 500, 502,
 * 503, 504, 524 and 529: at most 3 times and 60 seconds in all, with pauses of 0.5, 0.75 and 1.125 seconds and 20 % of
 * jitter, or as long as `Retry-After` asks. It does not retry a 404: only `Generations.await` polls for a record.
 */
export const standard: RetryPolicy = /* @__PURE__ */ toSchedule(
  // Not checked as those of `backoff` are, whose check is not in the bundle of a program that has the default policy.
  /* @__PURE__ */ makeBackoff({
    ...standardConfig.backoff,
    retryConnectionErrors: standardConfig.retryConnectionErrors,
    retryCodes: /* @__PURE__ */ new Set(standardConfig.retryCodes)
  }, 3)
)
