/**
 * The Schemas that describe the values of fields. Their arbitraries are of Effect 4; decoding does not use them.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { Problems } from "./codec.js"
import { toIssue } from "./parseIssue.js"
import { isTimestamp, timestamp } from "./timestamp.js"

/** Returns a Schema whose values a test takes from another one. A message names its values as `expected` does. */
export const sampled = <A, I>(
  expected: string,
  schema: Schema.Codec<A>,
  samples: Schema.Codec<A, I>
): Schema.declare<A> => {
  const passthrough = { decode: SchemaGetter.passthrough<A>(), encode: SchemaGetter.passthrough<A>() }
  return Schema.declare(Schema.is(schema), {
    expected,
    toCodecJson: () => Schema.link<A>()(schema, passthrough),
    toCodecArbitrary: () => Schema.link<A>()(samples, passthrough)
  })
}

/** A text. `samples` are values that a test may meet. */
export const text = (samples: ReadonlyArray<string>): Schema.Codec<string> =>
  samples.length === 0 ? Schema.String : sampled("a string", Schema.String, Schema.Literals(samples))

/** A text of the form that a regular expression describes, in tests; any text is accepted. */
export const identifier = (form: RegExp): Schema.Codec<string> =>
  sampled("a string", Schema.String, Schema.String.check(Schema.isPattern(form)))

/** A number. A test meets whole multiples of `1 / divisor` from `min / divisor` to `max / divisor`. */
export const decimal = (min: number, max: number, divisor: number): Schema.Codec<number> =>
  Schema.declare(Schema.is(Schema.Finite), {
    expected: "a number",
    toCodecJson: () =>
      Schema.link<number>()(Schema.Finite, {
        decode: SchemaGetter.passthrough(),
        encode: SchemaGetter.passthrough()
      }),
    toCodecArbitrary: () =>
      Schema.link<number>()(Schema.Int.check(Schema.isBetween({ minimum: min, maximum: max })), {
        decode: SchemaGetter.transform((units) => units / divisor),
        encode: SchemaGetter.transform((value) => value * divisor)
      })
  })

/** A number. `samples` are values that a test may meet. */
export const numberAmong = (...samples: ReadonlyArray<number>): Schema.Codec<number> =>
  sampled("a number", Schema.Finite, Schema.Literals(samples))

const toEffect = <A>(result: A | Problems) =>
  result instanceof Problems ? Effect.fail(toIssue(result)) : Effect.succeed(result)

/** A time on the wire: ISO 8601 in every JSON Schema, and also a number, as `timestamp` reads it. */
const WireTimestamp = Schema.declare(isTimestamp, {
  description: "an ISO 8601 timestamp",
  expected: "an ISO 8601 timestamp",
  toCodecJson: () =>
    Schema.link<string>()(Schema.String.annotate({ description: "an ISO 8601 timestamp" }), {
      decode: SchemaGetter.passthrough(),
      encode: SchemaGetter.passthrough()
    })
})

/** A time, `DateTime.Utc` in the program and ISO 8601 on the wire. */
export const Timestamp: Schema.Codec<DateTime.Utc, string> = WireTimestamp.pipe(
  Schema.decodeTo(
    Schema.declare((value): value is DateTime.Utc => DateTime.isDateTime(value) && DateTime.isUtc(value), {
      expected: "a DateTime.Utc",
      toCodecArbitrary: () =>
        Schema.link<DateTime.Utc>()(
          Schema.Int.check(Schema.isBetween({ minimum: Date.UTC(2023, 0), maximum: Date.UTC(2030, 0) })),
          {
            decode: SchemaGetter.transform((milliseconds) => DateTime.makeUnsafe(milliseconds)),
            encode: SchemaGetter.transform((time) => time.epochMilliseconds)
          }
        )
    }),
    {
      decode: SchemaGetter.transformEffect((input) => toEffect(timestamp.decode(input, false))),
      encode: SchemaGetter.transformEffect((value) => toEffect(timestamp.encode(value, false)))
    }
  )
)
