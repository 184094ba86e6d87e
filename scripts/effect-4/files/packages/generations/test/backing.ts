import { Effect, Layer } from "effect"
import * as Persistence from "effect/persistence/Persistence"

/** What a store of a test does: it has no entries, or it fails with a message. */
interface Backing {
  readonly get: () => Effect.Effect<null, string>
  readonly set: () => Effect.Effect<void, string>
}

/** A store of the test. */
export const backing = ({ get, set }: Backing) =>
  Layer.provide(
    Persistence.layer,
    Layer.succeed(Persistence.BackingPersistence, {
      make: () =>
        Effect.succeed({
          get: () => Effect.mapBoth(get(), { onSuccess: () => undefined, onFailure: toFailure }),
          set: () => Effect.mapError(set(), toFailure)
        } as unknown as Persistence.BackingPersistenceStore)
    })
  )

const toFailure = (message: string) =>
  new Persistence.PersistenceError({ message: "the store failed", cause: new Error(message) })
