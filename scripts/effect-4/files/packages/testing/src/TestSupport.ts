// What the tests take from Effect 3 and Effect 4 does not have.
import * as Arbitrary from "effect/Arbitrary"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import type * as Schema from "effect/Schema"
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
  ConfigProvider.fromEnvRecord(Object.fromEntries(entries))

/** Returns a layer that replaces a logger. */
export const loggerReplace = (
  _: Logger.Logger<unknown, unknown>,
  logger: Logger.Logger<unknown, unknown>
): Layer.Layer<never> => Logger.layer([logger])

/** Returns a layer that adds a logger. */
export const loggerAdd = (logger: Logger.Logger<unknown, unknown>): Layer.Layer<never> =>
  Logger.layer([logger], { mergeWithExisting: true })

/** Returns a layer that logs messages of this level and above. */
export const minimumLogLevel = (level: LogLevel.LogLevel): Layer.Layer<never> =>
  Layer.succeed(References.MinimumLogLevel, level)

/** Logs messages of this level and above. */
export const withMinimumLogLevel = (level: LogLevel.LogLevel) =>
  Effect.provideService(References.MinimumLogLevel, level)
