/**
 * Which failures are tried again, and when. A policy is an ordinary Schedule: any Schedule will do, but one that does not
 * look at its input, such as `Schedule.recurs(3)`, retries everything, a 401 too.
 */
import type { OpenRouterDefaultError } from "@effect-openrouter/core/OpenRouterDefaultError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { CallStart } from "./internal/retry/callStart.js"
import { makeInvalidPolicy } from "./internal/retry/invalidPolicy.js"

/** Which failures are tried again, and when: an ordinary Schedule that is fed the errors. */
export type RetryPolicy = Schedule.Schedule<unknown, OpenRouterError>

/** The retry configuration of OpenRouter's own client, field for field; times in milliseconds. */
export interface BackoffConfig {
  /** `"none"` never tries again. */
  readonly strategy: "backoff" | "none"
  /**
   * The first pause, the longest pause, what each pause is multiplied by to get the next, and the time in which all of
   * a call must begin, its pauses included. Defaults: 500, 60,000, 1.5, 3,600,000.
   */
  readonly backoff?: {
    readonly initialInterval: number
    readonly maxInterval: number
    readonly exponent: number
    readonly maxElapsedTime: number
  } | undefined
  /** Whether connections that failed and attempts that timed out are tried again. Default: false. */
  readonly retryConnectionErrors?: boolean | undefined
  /** The statuses that are tried again, each a number (`"429"`) or a family (`"5XX"`). Default: `["5XX"]`. */
  readonly retryCodes?: ReadonlyArray<string> | undefined
}

const sinceCallStart = Schedule.mapEffect(Schedule.elapsed, (sinceFirstFailure) =>
  Effect.map(
    Effect.all([CallStart, Clock.currentTimeMillis]),
    ([start, now]) => start === null ? sinceFirstFailure : Duration.millis(now - start)
  ))

/** Never tries again. */
export const none: RetryPolicy = Schedule.stop

/**
 * A policy with the fields and defaults of OpenRouter's own client. Pauses grow from `initialInterval` by `exponent` up
 * to `maxInterval`, with 20 % of jitter; `Retry-After` makes a pause longer, never shorter. An error whose pause does not
 * fit into what is left of `maxElapsedTime`, counted from the beginning of the call, is returned at once. A call that is
 * given numbers or codes that make no sense fails with an `InvalidRequestError`.
 *
 * Three things differ from that client's own arithmetic: its pauses grow as `initialInterval × attempt ^ exponent` with up
 * to a second of jitter, it cuts `Retry-After` down to `maxInterval`, and it begins a last pause without asking whether
 * there is time for it.
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
export const backoff = (config: BackoffConfig): RetryPolicy => {
  if (config.strategy === "none") return none
  const intervals = config.backoff ?? {
    initialInterval: 500,
    maxInterval: 60_000,
    exponent: 1.5,
    maxElapsedTime: 3_600_000
  }
  const retryCodes = config.retryCodes ?? ["5XX"]
  for (const [name, value] of Object.entries(intervals)) {
    if (!(value >= 0)) return makeInvalidPolicy(`retry.backoff.${name}`, `${name} must be a number of at least 0`)
  }
  if (!retryCodes.every((code) => /^\d(\d\d|XX)$/i.test(code))) {
    return makeInvalidPolicy("retry.retryCodes", "retryCodes must be statuses or families of them, such as 429 and 5XX")
  }
  const { exponent, initialInterval, maxElapsedTime, maxInterval } = intervals
  const isRetryable = isRetryableWith(config.retryConnectionErrors ?? false, retryCodes)
  return Schedule.exponential(initialInterval, exponent).pipe(
    Schedule.jitteredWith({ min: 0.8, max: 1.2 }),
    Schedule.modifyDelay((_, pause) => Duration.min(pause, maxInterval)),
    Schedule.intersect(Schedule.identity<OpenRouterError>()),
    Schedule.modifyDelay(([, error], pause) => Duration.max(pause, retryAfter(error))),
    Schedule.delays,
    Schedule.intersect(sinceCallStart),
    Schedule.check((error, [pause, elapsed]) =>
      isRetryable(error) && Duration.lessThanOrEqualTo(Duration.sum(elapsed, pause), maxElapsedTime)
    )
  )
}

/**
 * The default. Tries again after a connection failure, a timeout, and the statuses 408, 429, 500, 502, 503, 504, 524 and
 * 529: at most 3 times and 60 seconds in all, with pauses of 0.5, 0.75 and 1.125 seconds and 20 % of jitter, or what
 * `Retry-After` asks for. A 404 is no transient failure: only `Generations.await` polls it.
 */
export const standard: RetryPolicy = Schedule.intersect(
  backoff({
    strategy: "backoff",
    backoff: { initialInterval: 500, maxInterval: 60_000, exponent: 1.5, maxElapsedTime: 60_000 },
    retryConnectionErrors: true,
    retryCodes: ["408", "429", "500", "502", "503", "504", "524", "529"]
  }),
  Schedule.recurs(3)
)

function isRetryableWith(retryConnectionErrors: boolean, retryCodes: ReadonlyArray<string>) {
  const codes = new Set(retryCodes.map((code) => code.toUpperCase()))
  return (error: OpenRouterError): boolean => {
    switch (error._tag) {
      case "ConnectionError":
      case "RequestTimeoutError":
        return retryConnectionErrors
      case "OpenRouterDefaultError": {
        const status = effectiveStatus(error)
        return codes.has(status) || codes.has(`${status.charAt(0)}XX`)
      }
      case "ResponseValidationError":
      case "InvalidRequestError":
        return false
    }
  }
}

/** A 2XX whose body is an `error` means what the `code` in that error means. */
const effectiveStatus = ({ code, status }: OpenRouterDefaultError): string =>
  status >= 200 && status < 300 && /^\d{3}$/.test(String(code)) ? String(code) : String(status)

const retryAfter = (error: OpenRouterError): Duration.Duration =>
  (error._tag === "OpenRouterDefaultError" ? error.retryAfter : null) ?? Duration.zero
