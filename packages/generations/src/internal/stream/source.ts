/**
 * Iterables as Streams.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { repeatUntilEmpty } from "./pull.js"

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
      repeatUntilEmpty(Effect.sync(() => {
        const values: Array<A> = []
        while (values.length < maxChunkSize && !source.isDone) {
          const next = source.iterator.next()
          if (next.done === true) source.isDone = true
          else values.push(next.value)
        }
        return values
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
      repeatUntilEmpty(Effect.map(
        Effect.promise(async () => source.iterator.next()),
        (next) => {
          if (next.done !== true) return [next.value]
          source.isDone = true
          return []
        }
      ))
  ))
