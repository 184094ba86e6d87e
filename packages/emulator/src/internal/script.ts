import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"

/** A queue of what a test has scripted for the next requests. */
export interface Script<A> {
  readonly append: (items: Iterable<A>) => Effect.Effect<void>
  /** Removes and returns the first item that matches. */
  readonly take: (matches: (item: A) => boolean) => Effect.Effect<Option.Option<A>>
  readonly clear: Effect.Effect<void>
}

export const makeScript = <A>(): Effect.Effect<Script<A>> =>
  Effect.map(Ref.make(Chunk.empty<A>()), (items) => ({
    append: (more) => Ref.update(items, Chunk.appendAll(Chunk.fromIterable(more))),
    take: (matches) =>
      Ref.modify(items, (items) =>
        Option.match(Chunk.findFirstIndex(items, matches), {
          onNone: () => [Option.none(), items],
          onSome: (index) => [Chunk.get(items, index), index === 0 ? Chunk.drop(items, 1) : Chunk.remove(items, index)]
        })),
    clear: Ref.set(items, Chunk.empty())
  }))
