/**
 * Iterables as Streams.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** Few, because the values of a chunk are taken from the iterable before they are used. */
const maxChunkSize = 16

/** Returns a Stream of an iterable. The iterator's `return` is called when the Stream ends early. */
export const fromIterable = <A>(iterable: Iterable<A>): Stream.Stream<A> =>
  Stream.unwrapScoped(Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => ({ iterator: iterable[Symbol.iterator](), isDone: false })),
      (source) => Effect.sync(() => source.isDone || source.iterator.return?.())
    ),
    (source) =>
      Stream.repeatEffectChunkOption(Effect.suspend(() => {
        const values: Array<A> = []
        while (values.length < maxChunkSize && !source.isDone) {
          const next = source.iterator.next()
          if (next.done === true) source.isDone = true
          else values.push(next.value)
        }
        return values.length === 0 ? Effect.fail(Option.none()) : Effect.succeed(Chunk.unsafeFromArray(values))
      }))
  ))

/**
 * Returns a Stream of an async iterable. The iterator's `return` is called when the Stream ends early, and not waited for: it may
 * wait for a value that never comes.
 */
export const fromAsyncIterable = <A>(iterable: AsyncIterable<A>): Stream.Stream<A> =>
  Stream.unwrapScoped(Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => ({ iterator: iterable[Symbol.asyncIterator](), isDone: false })),
      (source) =>
        Effect.sync(() => {
          if (!source.isDone) Promise.resolve(source.iterator.return?.()).catch(() => {})
        })
    ),
    (source) =>
      Stream.repeatEffectOption(Effect.flatMap(
        Effect.promise(async () => source.iterator.next()),
        (next) => {
          if (next.done !== true) return Effect.succeed(next.value)
          source.isDone = true
          return Effect.fail(Option.none())
        }
      ))
  ))
