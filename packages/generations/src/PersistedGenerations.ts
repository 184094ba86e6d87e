/**
 * A store of finished records that survives restarts and that machines share.
 *
 * Needs `@effect/experimental`, which is an optional peer dependency.
 */
import * as FailOpen from "@effect-openrouter/client/internal/failOpen"
import * as OptionsConfig from "@effect-openrouter/client/OptionsConfig"
import type { Generation } from "@effect-openrouter/core/Generation"
import * as Check from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type * as Persistence from "@effect/experimental/Persistence"
import type * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Generations } from "./Generations.js"
import { cacheLayer, isCacheable, type RecordCache } from "./internal/cache/cacheRecords.js"
import { openStore, type RecordStore } from "./internal/cache/recordStore.js"

/** The store, and the time that a record stays in it. */
export interface PersistedGenerationsOptions {
  /**
   * The name of the store, a part of its keys. A record belongs to one account of one API, and the store does not know which:
   * give each account that uses the same store its own `storeId`. Do not put a secret in it.
   *
   * @default "openrouter-generations"
   */
  readonly storeId?: string | undefined
  /**
   * The time that a record stays in the store; more than 0. A finished record does not change.
   *
   * @default Infinity
   */
  readonly timeToLive?: Duration.DurationInput | undefined
  /**
   * The time that the store may take to read a record, and to write one; more than 0. A store that does not respond in time is
   * bypassed for 5 seconds.
   *
   * @default "1 second"
   */
  readonly storeTimeout?: Duration.DurationInput | undefined
  /**
   * Equal calls in flight share a request. Set `false` in Cloudflare Workers, where a request must not wait for the I/O of another.
   *
   * @default true
   */
  readonly shareInFlight?: boolean | undefined
}

/**
 * Decorates `Generations` with a store of finished records, a `Persistence` of `@effect/experimental`: a `KeyValueStore` such as a
 * folder of the file system, Redis, or LMDB. What is stored, which calls share a request and which bypass the store are as in
 * `CachedGenerations.layer`.
 *
 * - Records are stored in OpenRouter's format, private fields included. Records of an older version, with fewer fields, can be read,
 *   and fields that the older version did not know are in them.
 * - The store adds no failure. If it cannot be read, the record is requested; if it cannot be written, the record is returned. There
 *   is one warning for reads and one for writes until they work again.
 * - An entry that cannot be read, or that holds the record of another id, is requested again and overwritten, with a warning.
 *
 * Fails with `InvalidRequestError` if an option is invalid.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { Generations } from "@effect-openrouter/generations"
 * import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
 * import * as Persistence from "@effect/experimental/Persistence"
 * import { FetchHttpClient } from "@effect/platform"
 * import * as NodeKeyValueStore from "@effect/platform-node/NodeKeyValueStore"
 * import { Layer } from "effect"
 *
 * const OpenRouter = PersistedGenerations.layer().pipe(
 *   Layer.provide(Generations.layer),
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer),
 *   Layer.provide(Persistence.layerResultKeyValueStore),
 *   Layer.provide(NodeKeyValueStore.layerFileSystem(".cache"))
 * )
 * ```
 */
export const layer = (
  options?: PersistedGenerationsOptions
): Layer.Layer<Generations, InvalidRequestError, Generations | Persistence.ResultPersistence> =>
  cacheLayer(makeCache(options))

/** `layer` with each option given as a value or a `Config`. */
export const layerConfig = (
  options?: OptionsConfig.OptionsConfig<PersistedGenerationsOptions>
): Layer.Layer<
  Generations,
  InvalidRequestError | ConfigError.ConfigError,
  Generations | Persistence.ResultPersistence
> => Layer.unwrapEffect(Effect.map(OptionsConfig.load<PersistedGenerationsOptions>(options ?? {}), layer))

const makeCache = (
  options: PersistedGenerationsOptions | undefined
): Effect.Effect<RecordCache, InvalidRequestError, Persistence.ResultPersistence | Scope.Scope> =>
  Effect.gen(function*() {
    const given = yield* Check.toEffect(
      Check.readOptions("options", options, ["shareInFlight", "storeId", "storeTimeout", "timeToLive"])
    )
    const storeId = yield* Check.toEffect(Check.checkString("storeId", given.storeId ?? "openrouter-generations"))
    const storeTimeout = yield* Check.toEffect(Check.checkDuration("storeTimeout", given.storeTimeout ?? "1 second"))
    const timeToLive = yield* Check.toEffect(Check.checkDuration("timeToLive", given.timeToLive ?? Infinity))
    const shareInFlight = yield* Check.toEffect(Check.checkBoolean("shareInFlight", given.shareInFlight ?? true))
    const store = yield* openStore(storeId, timeToLive)
    const failOpen = FailOpen.make(storeTimeout)
    const reading = failOpen(`The store ${storeId} cannot be read, and records are requested instead`)
    const writing = failOpen(`The store ${storeId} cannot be written, and records are not stored`)
    const add = (id: string, generation: Generation) =>
      isCacheable(id, generation) ? writing(store.set(id, generation)) : Effect.void
    return {
      shareInFlight,
      peek: () => undefined,
      load: (id, request) =>
        Effect.flatMap(
          Effect.map(reading(read(store, id)), Option.flatten),
          Option.match({
            onSome: (generation) => Effect.succeed(generation),
            onNone: () => Effect.tap(request, (generation) => add(id, generation))
          })
        )
    }
  })

/** Returns the record of an id, if the store has one that can be read. */
const read = (
  store: RecordStore,
  id: string
): Effect.Effect<Option.Option<Generation>, unknown> => {
  // Not the problem itself, which may quote the record.
  const warn = (problem: string, details?: object) =>
    Effect.as(Effect.logWarning(`${problem}, and the record is requested again`, { id, ...details }), Option.none())
  const unreadable = warn("An entry of the store cannot be read")
  return Effect.flatMap(
    store.get(id),
    Option.match({
      onNone: () => Effect.succeedNone,
      onSome: Exit.match({
        onFailure: () => unreadable,
        onSuccess: (generation) =>
          generation.id === id
            ? Effect.succeedSome(generation)
            : warn("An entry of the store holds the record of another id", { storedId: generation.id })
      })
    })
  )
}
