/**
 * `Generations` that keeps finished records in a store: they survive restarts, and machines share them. Needs
 * `@effect/experimental`, which is an optional peer dependency.
 */
import * as BestEffort from "@effect-openrouter/client/internal/failOpen"
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { Generation } from "@effect-openrouter/core/Generation"
import { checkDuration } from "@effect-openrouter/core/internal/check"
import * as Persistence from "@effect/experimental/Persistence"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PrimaryKey from "effect/PrimaryKey"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { Generations } from "./Generations.js"
import { isFinished, makeKeep } from "./internal/cache/inFlight.js"
import { type Keep, makeGenerations } from "./internal/makeGenerations.js"

/** Where records are kept, and for how long. */
export interface PersistedGenerationsOptions {
  /**
   * What the records are kept under. A record belongs to one account of one API, and the store does not know whose it is:
   * give each account that uses the same store an id of its own. It is part of the store's keys: no place for a secret.
   *
   * @default "openrouter-generations"
   */
  readonly storeId?: string | undefined
  /**
   * How long a record is kept; more than 0. A finished record does not change.
   *
   * @default Infinity
   */
  readonly timeToLive?: Duration.DurationInput | undefined
  /**
   * How long the store may take, to read a record and to write one; more than 0. What does not answer in time is left alone
   * for 5 seconds.
   *
   * @default "1 second"
   */
  readonly storeTimeout?: Duration.DurationInput | undefined
}

/**
 * `Generations.layer` that keeps finished records in a store of `@effect/experimental`: in a `KeyValueStore`, such as a
 * folder of the file system, in Redis, in LMDB. As with `CachedGenerations.layer`, equal calls in flight ask once, a record
 * is kept when its cost is known, failures and 404s are not kept, and a call with a `baseUrl` or `headers` of its own
 * passes the store by. Options that make no sense fail each call for a record with an `InvalidRequestError`.
 *
 * Records are written as OpenRouter sends them: those that an older version wrote, with fewer fields, still read, and
 * fields that it did not know come back. The store adds no failure of its own: where it is down, or slow, the record is
 * asked for, with one warning until the store works again; an entry that cannot be read is asked for again and overwritten,
 * with a warning. What is kept includes the record's private fields.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
 * import * as PersistenceRedis from "@effect/experimental/Persistence/Redis"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const OpenRouter = PersistedGenerations.layer({ storeId: "openrouter-team-a" }).pipe(
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(PersistenceRedis.layerResult({ host: "redis.internal" }))
 * )
 * ```
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
 * import * as Persistence from "@effect/experimental/Persistence"
 * import { FetchHttpClient } from "@effect/platform"
 * import * as NodeKeyValueStore from "@effect/platform-node/NodeKeyValueStore"
 * import { Layer } from "effect"
 *
 * const OpenRouter = PersistedGenerations.layer().pipe(
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(Persistence.layerResultKeyValueStore),
 *   Layer.provide(NodeKeyValueStore.layerFileSystem(".cache"))
 * )
 * ```
 */
export const layer = (
  options: PersistedGenerationsOptions = {}
): Layer.Layer<Generations, never, OpenRouterClient | Persistence.ResultPersistence> =>
  Layer.scoped(
    Generations,
    Effect.flatMap(OpenRouterClient, (client) => Effect.map(inStore(options), (keep) => makeGenerations(client, keep)))
  )

const inStore = ({
  storeId = "openrouter-generations",
  storeTimeout = "1 second",
  timeToLive = Infinity
}: PersistedGenerationsOptions): Effect.Effect<Keep, never, Persistence.ResultPersistence | Scope.Scope> => {
  const durations = Either.all({
    storeTimeout: checkDuration("storeTimeout", storeTimeout),
    timeToLive: checkDuration("timeToLive", timeToLive)
  })
  if (Either.isLeft(durations)) return Effect.succeed(() => Effect.fail(durations.left))
  const bestEffort = BestEffort.make({
    name: `The store ${storeId} is down, and records are asked for instead`,
    timeout: durations.right.storeTimeout
  })
  return Persistence.ResultPersistence.pipe(
    Effect.flatMap((persistence) => persistence.make({ storeId, timeToLive: () => durations.right.timeToLive })),
    Effect.flatMap((store) => {
      const find = (id: string) => Effect.map(bestEffort(read(store, id)), Option.flatten)
      const add = (id: string, generation: Generation) => bestEffort(store.set(new Key(id), Exit.succeed(generation)))
      return makeKeep((id, ask) =>
        Effect.flatMap(
          find(id),
          Option.match({
            onSome: Effect.succeed,
            onNone: () => Effect.tap(ask, (generation) => isFinished(generation) ? add(id, generation) : Effect.void)
          })
        )
      )
    })
  )
}

/** The record, if there is one that can be read. */
const read = (
  store: Persistence.ResultPersistenceStore,
  id: string
): Effect.Effect<Option.Option<Generation>, Persistence.PersistenceError> =>
  store.get(new Key(id)).pipe(
    Effect.map(Option.map(Exit.match({ onFailure: Option.none, onSuccess: Option.some }))),
    Effect.catchIf(isCorrupt, () => Effect.succeedSome(Option.none())),
    Effect.flatMap((found) =>
      Option.isSome(found) && Option.isNone(found.value)
        // Not the problem itself, which may quote the record.
        ? Effect.as(Effect.logWarning("A kept record cannot be read, and is asked for again", { id }), Option.none())
        : Effect.succeed(Option.flatten(found))
    )
  )

/** Text that is no JSON is a failure of the store to the stores themselves. */
const isCorrupt = (error: Persistence.PersistenceError): boolean =>
  error.reason === "ParseError" || error.cause instanceof SyntaxError

/** One record of the store. No failure is ever written, and one that is read is no entry of ours. */
class Key implements Persistence.ResultPersistence.Key<never, never, never, Generation.Encoded, Generation> {
  readonly id: string

  constructor(id: string) {
    this.id = id
  }

  // Stores put their own name before it, some with nothing between: no other store's keys begin so.
  [PrimaryKey.symbol](): string {
    return `:${encodeURIComponent(this.id)}`
  }

  get [Schema.symbolWithResult]() {
    return { success: Generation, failure: Schema.Never }
  }
}
