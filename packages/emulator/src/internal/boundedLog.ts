import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"

/** A log of the last items, bounded so that an emulator that serves for days does not grow. */
export interface BoundedLog<A> {
  readonly append: (item: A) => Effect.Effect<void>
  /** The oldest first. */
  readonly all: Effect.Effect<ReadonlyArray<A>>
  readonly clear: Effect.Effect<void>
}

export const makeBoundedLog = <A>(capacity: number): Effect.Effect<BoundedLog<A>> =>
  Effect.map(Ref.make(Chunk.empty<A>()), (items) => ({
    append: (item) => Ref.update(items, (items) => Chunk.takeRight(Chunk.append(items, item), capacity)),
    all: Effect.map(Ref.get(items), Chunk.toReadonlyArray),
    clear: Ref.set(items, Chunk.empty())
  }))
