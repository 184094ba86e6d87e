import { Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { fromAsyncIterable, fromIterable } from "../../../src/internal/stream/source.js"
import { inMemory } from "../../harness.js"

/** Returns numbers from 0 on, how many were taken, and if their iterator was closed. */
const numbers = (count: number) => {
  const state = { taken: 0, isClosed: false }
  const iterate = function*() {
    try {
      while (state.taken < count) yield state.taken++
    } finally {
      state.isClosed = true
    }
  }
  return { state, values: iterate() }
}

describe("a source", () => {
  it.effect("that is an Effect, which is both an iterable and a Stream, is a Stream", () =>
    Effect.gen(function*() {
      const settled = yield* Stream.runCollect(Settlement.stream(Effect.succeed("gen-1")))
      assert.deepStrictEqual(Array.from(settled, ({ id }) => id), ["gen-1"])
    }).pipe(Effect.provide(inMemory)))

  it.effect("that is an iterable gives all its values in order", () =>
    Effect.gen(function*() {
      const { values } = numbers(100)
      const received = yield* Stream.runCollect(fromIterable(values))
      assert.deepStrictEqual([...received], [...numbers(100).values])
    }))

  it.effect("that is an iterable is read in small steps, and closed when the Stream ends early", () =>
    Effect.gen(function*() {
      const { state, values } = numbers(1000)
      const received = yield* Stream.runCollect(Stream.take(fromIterable(values), 3))
      assert.deepStrictEqual([...received], [0, 1, 2])
      assert.isTrue(state.isClosed)
      assert.isAtMost(state.taken, 16)
    }))

  it.effect("that is an async iterable is closed when the Stream ends early, which does not wait for it", () =>
    Effect.gen(function*() {
      const closed: Array<string> = []
      const endless: AsyncIterable<string> = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false, value: "gen-1" }),
          return: () => {
            closed.push("closed")
            return new Promise(() => {})
          }
        })
      }
      const received = yield* Stream.runCollect(Stream.take(fromAsyncIterable(endless), 2))
      assert.deepStrictEqual([...received], ["gen-1", "gen-1"])
      assert.deepStrictEqual(closed, ["closed"])
    }))
})
