/**
 * A rate limit that processes share.
 *
 * Needs `@effect/experimental`, which is an optional peer dependency.
 */
import * as Check from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as FailOpen from "./internal/failOpen.js"
import { withMonotonicClock } from "./internal/monotonicClock.js"
import { OpenRouterClient } from "./OpenRouterClient.js"
import * as OptionsConfig from "./OptionsConfig.js"

/** The limit and where it is counted. */
export interface RateLimitOptions {
  /** The number of requests that may be sent in each window: a whole number of at least 1. */
  readonly limit: number
  /** The length of a window. It is rounded up so that each request has a whole number of milliseconds of it. */
  readonly window: Duration.DurationInput
  /**
   * The key of the counter: clients with the same key and store share the limit. It is written into the store, so do not put a
   * secret in it.
   *
   * @default "openrouter"
   */
  readonly key?: string | undefined
  /**
   * The time that the store may take for one permit; more than 0.
   *
   * @default "1 second"
   */
  readonly storeTimeout?: Duration.DurationInput | undefined
}

/**
 * Limits the requests of an `OpenRouterClient`, retries included, to `limit` in each window. The store of the `RateLimiter` decides
 * who shares the limit: one process with `RateLimiter.layerStoreMemory`, or all processes that use the same Redis.
 *
 * - Up to `limit` requests are sent at once; the others wait for the next windows.
 * - A request takes its permit last, after the pause of a 429.
 * - A caller that is interrupted while it waits leaves its permit to the next caller of the same client. It cannot return it to the
 *   store, so other processes cannot use it. A client holds at most `limit` permits of later windows.
 * - While the store is down or too slow, requests are sent without a limit, and one warning says so.
 *
 * Fails with `InvalidRequestError` if an option is invalid.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as RateLimit from "@effect-openrouter/client/RateLimit"
 * import * as RateLimiter from "@effect/experimental/RateLimiter"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const Client = RateLimit.layer({ limit: 20, window: "1 second" }).pipe(
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(RateLimiter.layer),
 *   Layer.provide(RateLimiter.layerStoreMemory)
 * )
 * ```
 */
export const layer = (
  options: RateLimitOptions
): Layer.Layer<OpenRouterClient, InvalidRequestError, OpenRouterClient | RateLimiter.RateLimiter> =>
  Layer.effect(
    OpenRouterClient,
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const client = yield* OpenRouterClient
      const permit = yield* Check.toEffect(makePermit(limiter, options))
      return {
        execute: (request, options) => {
          const outer = options?.transformAttempt ?? identity
          return client.execute(request, {
            ...options,
            transformAttempt: (attempt) => outer(Effect.zipRight(permit, attempt))
          })
        }
      }
    })
  )

/** `layer` with each option given as a value or a `Config`. */
export const layerConfig = (
  options: OptionsConfig.OptionsConfig<RateLimitOptions>
): Layer.Layer<
  OpenRouterClient,
  InvalidRequestError | ConfigError.ConfigError,
  OpenRouterClient | RateLimiter.RateLimiter
> => Layer.unwrapEffect(Effect.map(OptionsConfig.load<RateLimitOptions>(options), layer))

/**
 * Returns an Effect that waits for the permit of one request, for the client's option `rateLimit`. `layer` is simpler. If an option
 * is invalid, every call fails with `InvalidRequestError`.
 */
export const make = (
  options: RateLimitOptions
): Effect.Effect<Effect.Effect<void, InvalidRequestError>, never, RateLimiter.RateLimiter> =>
  Effect.map(RateLimiter.RateLimiter, (limiter) => Either.getOrElse(makePermit(limiter, options), Effect.fail))

// Both are required: 0 is rejected.
const checkRateLimit = (options: RateLimitOptions) =>
  Either.flatMap(
    Check.readOptions("rateLimit", options, ["key", "limit", "storeTimeout", "window"]),
    ({ key, limit, storeTimeout, window }) =>
      Either.all({
        key: Check.checkString("rateLimit.key", key ?? "openrouter"),
        limit: Check.checkCount("rateLimit.limit", limit ?? 0, 1),
        window: Check.checkFiniteDuration("rateLimit.window", window ?? 0),
        storeTimeout: Check.checkDuration("rateLimit.storeTimeout", storeTimeout ?? "1 second")
      })
  )

/** The window in which a request with this permit may be sent, on the monotonic clock in nanoseconds. */
interface Permit {
  readonly opensAt: bigint
  readonly closesAt: bigint
}

/** Returns an Effect that takes the permit of one request and waits until its window opens. */
const makePermit = (
  limiter: RateLimiter.RateLimiter,
  options: RateLimitOptions
): Check.Checked<Effect.Effect<void>> =>
  Either.map(
    checkRateLimit(options),
    ({ key, limit, storeTimeout, window }) => {
      // The share of one request in the window is the time to live of a key in Redis, which takes whole milliseconds.
      const share = Math.ceil(Duration.toMillis(window) / limit)
      const failOpen = FailOpen.make(storeTimeout)(
        "The rate limit's store is unavailable, and requests are sent without a limit"
      )
      const consume = failOpen(
        // The store in memory reads the wall clock.
        withMonotonicClock(limiter.consume({ key, limit, window: share * limit, onExceeded: "delay" }))
      )
      const returned: Array<Permit> = []

      const take = Effect.clockWith((clock) => {
        const asked = clock.unsafeCurrentTimeNanos()
        let permit = returned.shift()
        while (permit !== undefined && permit.closesAt <= asked) permit = returned.shift()
        if (permit !== undefined) return Effect.succeed(permit)
        return Effect.map(consume, (consumed) => {
          const delay = Option.match(consumed, {
            onNone: () => 0n,
            onSome: ({ delay }) => Duration.unsafeToNanos(delay)
          })
          const closesAt = asked + delay + BigInt(share * limit) * 1_000_000n
          return { opensAt: clock.unsafeCurrentTimeNanos() + delay, closesAt }
        })
      })

      const waitFor = (permit: Permit) =>
        Effect.clockWith((clock) => {
          const delay = permit.opensAt - clock.unsafeCurrentTimeNanos()
          if (delay <= 0n) return Effect.void
          return Effect.onInterrupt(clock.sleep(Duration.nanos(delay)), () => Effect.sync(() => returned.push(permit)))
        })

      // Bounds the permits of later windows that this client holds.
      return Effect.unsafeMakeSemaphore(limit).withPermits(1)(Effect.flatMap(take, waitFor))
    }
  )
