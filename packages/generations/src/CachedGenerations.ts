/**
 * A cache of finished records in memory.
 */
import * as OptionsConfig from "@effect-openrouter/client/OptionsConfig"
import type { Generation } from "@effect-openrouter/core/Generation"
import * as Check from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Generations } from "./Generations.js"
import { cacheLayer, isCacheable, type RecordCache } from "./internal/cache/cacheRecords.js"
import { makeLru } from "./internal/cache/lru.js"
import { monotonicMillis } from "./internal/poll.js"

/** The size of the cache, and the time that a record stays in it. */
export interface CachedGenerationsOptions {
  /**
   * The number of records, of about 1.5 kB each: a whole number of at least 1. The least recently used record is removed first.
   *
   * @default 10_000
   */
  readonly capacity?: number | undefined
  /**
   * The time that a record stays in the cache; more than 0. A finished record does not change.
   *
   * @default Infinity
   */
  readonly timeToLive?: Duration.DurationInput | undefined
  /**
   * Equal calls in flight share a request. Set `false` in Cloudflare Workers, where a request must not wait for the I/O of another.
   *
   * @default true
   */
  readonly shareInFlight?: boolean | undefined
}

/**
 * Decorates `Generations` with a cache of finished records in memory. `get` and `await` return a cached record at once, without a
 * span. Calls in flight with the same id and options share a request: it continues while one of them waits, and all of them get its
 * success or failure.
 *
 * - A record is cached if its cost is known and it has the id that was asked for. Failures are never cached, and neither is a 404.
 * - A call with its own `baseUrl`, `headers` or `apiKey` bypasses the cache.
 * - `content` and `submitFeedback` are not changed.
 *
 * Fails with `InvalidRequestError` if an option is invalid.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { CachedGenerations, Generations } from "@effect-openrouter/generations"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const OpenRouter = CachedGenerations.layer({ capacity: 10_000 }).pipe(
 *   Layer.provide(Generations.layer),
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 */
export const layer = (
  options?: CachedGenerationsOptions
): Layer.Layer<Generations, InvalidRequestError, Generations> => cacheLayer(makeCache(options))

/** `layer` with each option given as a value or a `Config`. */
export const layerConfig = (
  options?: OptionsConfig.OptionsConfig<CachedGenerationsOptions>
): Layer.Layer<Generations, InvalidRequestError | ConfigError.ConfigError, Generations> =>
  Layer.unwrapEffect(Effect.map(OptionsConfig.load<CachedGenerationsOptions>(options ?? {}), layer))

const makeCache = (options: CachedGenerationsOptions | undefined): Effect.Effect<RecordCache, InvalidRequestError> =>
  Effect.gen(function*() {
    const given = yield* Check.toEffect(
      Check.readOptions("options", options, ["capacity", "shareInFlight", "timeToLive"])
    )
    const capacity = yield* Check.toEffect(Check.checkCount("capacity", given.capacity ?? 10_000, 1))
    const timeToLive = yield* Check.toEffect(Check.checkDuration("timeToLive", given.timeToLive ?? Infinity))
    const records = makeLru<Generation>(capacity, Duration.toMillis(timeToLive))
    return {
      shareInFlight: yield* Check.toEffect(Check.checkBoolean("shareInFlight", given.shareInFlight ?? true)),
      peek: (id, clock) => records.get(id, monotonicMillis(clock)),
      load: (id, request) =>
        Effect.tap(request, (generation) =>
          Effect.clockWith((clock) => {
            if (isCacheable(id, generation)) records.set(id, generation, monotonicMillis(clock))
            return Effect.void
          }))
    }
  })
