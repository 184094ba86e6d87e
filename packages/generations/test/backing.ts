import * as Persistence from "@effect/experimental/Persistence"
import { Effect, Layer, Option } from "effect"

/** What a store of a test does: it has no entries, or it fails with a message. */
interface Backing {
  readonly get: () => Effect.Effect<null, string>
  readonly set: () => Effect.Effect<void, string>
}

/** A store of the test. */
export const backing = ({ get, set }: Backing) =>
  Layer.provide(
    Persistence.layerResult,
    Layer.succeed(Persistence.BackingPersistence, {
      [Persistence.BackingPersistenceTypeId]: Persistence.BackingPersistenceTypeId,
      make: () =>
        Effect.succeed({
          get: () => Effect.mapBoth(get(), { onSuccess: Option.fromNullable, onFailure: toFailure("get") }),
          set: () => Effect.mapError(set(), toFailure("set"))
        } as unknown as Persistence.BackingPersistenceStore)
    })
  )

const toFailure = (method: string) => (message: string) =>
  Persistence.PersistenceBackingError.make(method, new Error(message))
