/**
 * A rate limit that many processes keep together. Needs `@effect/experimental`, which is an optional peer dependency.
 */
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as BestEffort from "./internal/failOpen.js"

/** How many requests may set out, and how they are counted. */
export interface RateLimitOptions {
  /** How many requests may set out in each window: a whole number of at least 1. */
  readonly limit: number
  /** How long a window is. It is rounded up so that each request has its share of whole milliseconds. */
  readonly window: Duration.DurationInput
  /**
   * What the requests are counted under: those who share it, and the store, share the limit. It is written into the store:
   * no place for a secret.
   *
   * @default "openrouter"
   */
  readonly key?: string | undefined
  /**
   * `"fixed-window"` lets `limit` requests out at once, and as many more one window later; `"token-bucket"` spreads those
   * that come after the first ones evenly. Both allow a burst of `limit` after a pause.
   *
   * @default "fixed-window"
   */
  readonly algorithm?: "fixed-window" | "token-bucket" | undefined
  /**
   * How long the store may take to answer; more than 0.
   *
   * @default "1 second"
   */
  readonly storeTimeout?: Duration.DurationInput | undefined
}

/**
 * A value for the client's `rateLimit` that waits until the next request may set out, retries included. The limiter's store
 * decides who shares it: with `RateLimiter.layerStoreMemory` one process, with the Redis store all that use the same Redis.
 * While the store is down, or takes too long, requests set out without a limit, and one warning says so. A limit or a window
 * that makes no sense fails each call with an `InvalidRequestError`.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as RateLimit from "@effect-openrouter/client/RateLimit"
 * import * as RateLimiter from "@effect/experimental/RateLimiter"
 * import * as RateLimiterRedis from "@effect/experimental/RateLimiter/Redis"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const Client = RateLimit.make({ limit: 20, window: "1 second" }).pipe(
 *   Effect.map((rateLimit) => OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-…"), rateLimit })),
 *   Layer.unwrapEffect,
 *   Layer.provide(RateLimiter.layer),
 *   Layer.provide(RateLimiterRedis.layerStore({ host: "redis.internal" }))
 * )
 * ```
 */
export const make = ({
  algorithm = "fixed-window",
  key = "openrouter",
  limit,
  storeTimeout = "1 second",
  window
}: RateLimitOptions): Effect.Effect<Effect.Effect<void, InvalidRequestError>, never, RateLimiter.RateLimiter> =>
  Effect.map(RateLimiter.RateLimiter, (limiter) => {
    const millis = millisOf(window)
    if (!(Number.isSafeInteger(limit) && limit >= 1)) return refuse("limit", "a whole number of at least 1")
    if (!(millis > 0 && millis < Infinity)) return refuse("window", "a finite duration of more than 0 milliseconds")
    if (!(millisOf(storeTimeout) > 0)) return refuse("storeTimeout", "a duration of more than 0 milliseconds")
    // The Redis store gives each request its share of the window as a key's time to live, and Redis takes whole numbers.
    const share = Math.ceil(millis / limit)
    const bestEffort = BestEffort.make({ name: "Requests set out without their rate limit", timeout: storeTimeout })
    return bestEffort(limiter.consume({ algorithm, key, limit, window: share * limit, onExceeded: "delay" })).pipe(
      Effect.flatMap(Option.match({ onNone: () => Effect.void, onSome: ({ delay }) => Effect.sleep(delay) }))
    )
  })

const millisOf = (duration: Duration.DurationInput): number =>
  Option.match(Duration.decodeUnknown(duration), { onNone: () => Number.NaN, onSome: Duration.toMillis })

const refuse = (option: string, rule: string) =>
  Effect.fail(
    new InvalidRequestError({ field: `rateLimit.${option}`, message: `the rate limit's ${option} must be ${rule}` })
  )
