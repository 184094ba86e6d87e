/**
 * The store of `PersistedGenerations`, a store of results of `effect/persistence`.
 */
import { Generation } from "@effect-openrouter/core/Generation"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Persistable from "effect/persistence/Persistable"
import * as Persistence from "effect/persistence/Persistence"
import * as PrimaryKey from "effect/PrimaryKey"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

/** A store of records by their ids. Both functions fail if the store does not work. */
export interface RecordStore {
  /** Returns the entry of an id, if there is one. A failed `Exit` is an entry that cannot be read. */
  readonly get: (id: string) => Effect.Effect<Option.Option<Exit.Exit<Generation, unknown>>, unknown>
  readonly set: (id: string, generation: Generation) => Effect.Effect<void, unknown>
}

/** Opens the store with this name, whose entries stay for `timeToLive`. */
export const openStore = (
  storeId: string,
  timeToLive: Duration.Duration
): Effect.Effect<RecordStore, never, Persistence.Persistence | Scope.Scope> =>
  Effect.gen(function*() {
    const persistence = yield* Persistence.Persistence
    const store = yield* persistence.make({ storeId, timeToLive: () => timeToLive })
    return {
      get: (id) =>
        Effect.map(
          Effect.catchIf(store.get(new Key(id)), isCorrupt, () => Effect.succeed(Exit.fail("it cannot be read"))),
          Option.fromUndefinedOr
        ),
      set: (id, generation) => store.set(new Key(id), Exit.succeed(generation))
    }
  })

/** Returns `true` for an entry that cannot be read. Stores report text that is not JSON as a failure of their own. */
const isCorrupt = (error: Persistence.PersistenceError | Schema.SchemaError): boolean =>
  error._tag === "SchemaError" || error.cause instanceof SyntaxError

/** One record of the store. Failures are never written; a failure that is read was written by another program. */
class Key implements Persistable.Persistable<typeof Generation, Schema.Never> {
  readonly id: string
  readonly [Persistable.symbol] = { success: Generation, error: Schema.Never }

  constructor(id: string) {
    this.id = id
  }

  // As in version 3, whose entries in a Redis stay valid.
  [PrimaryKey.symbol](): string {
    return `:${encodeURIComponent(this.id)}`
  }
}
