// What the tests need and Effect 4 does not have.
import * as Arbitrary from "effect/Arbitrary"
import * as Chunk from "effect/Chunk"
import * as ConfigProvider from "effect/ConfigProvider"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Random from "effect/Random"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as FastCheck from "fast-check"

/** Returns a fast-check arbitrary of the values of a Schema. */
export const arbitrary = <A>(schema: Schema.Schema<A>): FastCheck.Arbitrary<A> => {
  const values = Arbitrary.schema(schema)
  return FastCheck.integer({ min: 0, max: 2 ** 31 - 1 }).map((seed) => {
    const [value] = Effect.runSync(Arbitrary.sampleEffect(values, { count: 1, seed }))
    return value as A
  })
}

/** Returns a provider of the entries of a Map. */
export const fromMap = (entries: ReadonlyMap<string, string>): ConfigProvider.ConfigProvider =>
  ConfigProvider.fromEnvRecord(Object.fromEntries(entries), { preserveEmptyStrings: true })

/** Returns a source of random numbers that are the given ones, again and again. */
export const fixedRandom = (values: readonly [number, ...ReadonlyArray<number>]): typeof Random.Random.Service => {
  let index = 0
  const next = () => values[index++ % values.length] ?? values[0]
  return { nextDoubleUnsafe: next, nextIntUnsafe: () => Math.floor(next() * Number.MAX_SAFE_INTEGER) }
}

/** Lets every fiber that can run do so. */
const settle = Effect.forEach(
  [1, 2, 3, 4],
  () => Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve))),
  { discard: true }
)

/** Moves the clock of the test after every fiber that can run has run: a forked fiber starts a turn later. */
export const adjust = (duration: Duration.Input): Effect.Effect<void> =>
  settle.pipe(Effect.andThen(TestClock.adjust(duration)), Effect.andThen(settle))

/** Returns the values of a Stream as a Chunk. */
export const runCollect = <A, E, R>(stream: Stream.Stream<A, E, R>): Effect.Effect<Chunk.Chunk<A>, E, R> =>
  Effect.map(Stream.runCollect(stream), (values) => Chunk.fromIterable(values))
