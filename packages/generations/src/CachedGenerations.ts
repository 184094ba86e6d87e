/**
 * `Generations` that keeps finished records in memory.
 */
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import type { Generation } from "@effect-openrouter/core/Generation"
import { checkDuration } from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { Generations } from "./Generations.js"
import { isApart, isFinished, makeKeep } from "./internal/cache/inFlight.js"
import { makeRecentlyUsed } from "./internal/cache/lru.js"
import { type Keep, makeGenerations } from "./internal/makeGenerations.js"

/** How much is kept, and for how long. */
export interface CachedGenerationsOptions {
  /** How many records are kept, of about 1.5 kB each: a whole number of at least 1. The least recently used one goes first. */
  readonly capacity: number
  /**
   * How long a record is kept; more than 0. A finished record does not change.
   *
   * @default Infinity
   */
  readonly timeToLive?: Duration.DurationInput | undefined
}

/**
 * `Generations.layer` that keeps finished records in memory, and asks once for an id that is asked for again while its
 * request is in flight. The first of such calls makes the request; its interruption leaves the others theirs. Everything
 * else is the same, errors and spans included.
 *
 * A record is finished, and kept, when its cost is known. A failure is never kept, and neither is a 404. A call with a
 * `baseUrl` or `headers` of its own passes the cache by; calls with different `timeout` or `retry` do not share a request.
 * Options that make no sense fail each call for a record with an `InvalidRequestError`.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { CachedGenerations } from "@effect-openrouter/generations"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const OpenRouter = CachedGenerations.layer({ capacity: 10_000 }).pipe(
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 */
export const layer = (options: CachedGenerationsOptions): Layer.Layer<Generations, never, OpenRouterClient> =>
  Layer.effect(
    Generations,
    Effect.flatMap(OpenRouterClient, (client) => Effect.map(inMemory(options), (keep) => makeGenerations(client, keep)))
  )

const inMemory = ({ capacity, timeToLive = Infinity }: CachedGenerationsOptions): Effect.Effect<Keep> => {
  if (!(Number.isSafeInteger(capacity) && capacity >= 1)) {
    const message = "capacity must be a whole number of at least 1"
    return Effect.succeed(() => Effect.fail(new InvalidRequestError({ field: "capacity", message })))
  }
  return Either.match(checkDuration("timeToLive", timeToLive), {
    onLeft: (error) => Effect.succeed(() => Effect.fail(error)),
    onRight: (timeToLive) => {
      const records = makeRecentlyUsed<Generation>(capacity, Duration.toMillis(timeToLive))
      const add = (id: string, generation: Generation) =>
        Effect.clockWith((clock) => Effect.sync(() => records.set(id, generation, clock.unsafeCurrentTimeMillis())))
      const keep = makeKeep((id, ask) =>
        Effect.tap(ask, (generation) => isFinished(generation) ? add(id, generation) : Effect.void)
      )
      return Effect.map(keep, (keep): Keep => (id, ask, options) =>
        Effect.clockWith((clock) => {
          const kept = isApart(options) ? undefined : records.get(id, clock.unsafeCurrentTimeMillis())
          return kept === undefined ? keep(id, ask, options) : Effect.succeed(kept)
        }))
    }
  })
}
