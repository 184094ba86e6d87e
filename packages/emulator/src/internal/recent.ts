import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"

/** The last items of a list that may be long: an emulator that serves for days must not grow. */
export interface Recent<A> {
  readonly append: (item: A) => Effect.Effect<void>
  /** The oldest first. */
  readonly all: Effect.Effect<ReadonlyArray<A>>
}

export const makeRecent = <A>(max: number): Effect.Effect<Recent<A>> =>
  Effect.map(Ref.make(Chunk.empty<A>()), (items) => ({
    append: (item) => Ref.update(items, (items) => Chunk.takeRight(Chunk.append(items, item), max)),
    all: Effect.map(Ref.get(items), Chunk.toReadonlyArray)
  }))
