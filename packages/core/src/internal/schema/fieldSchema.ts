/**
 * The Schemas that describe the values of fields. Their arbitraries are of Effect 3; decoding does not use them.
 */
import type * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { Problems } from "./codec.js"
import { isTimestamp, timestamp } from "./timestamp.js"

/** A text. `samples` are values that a test may meet. */
export const text = (samples: ReadonlyArray<string>): Schema.Schema<string> =>
  samples.length === 0
    ? Schema.String
    : Schema.String.annotations({ arbitrary: () => (fc) => fc.constantFrom(...samples) })

/** A text of the form that a regular expression describes, in tests; any text is accepted. */
export const identifier = (form: RegExp): Schema.Schema<string> =>
  Schema.String.annotations({ arbitrary: () => (fc) => fc.stringMatching(form) })

const number = (arbitrary: Arbitrary.LazyArbitrary<number>): Schema.Schema<number> =>
  Schema.Finite.annotations({ jsonSchema: { type: "number" }, arbitrary: () => arbitrary })

/** A number. A test meets whole multiples of `1 / divisor` from `min / divisor` to `max / divisor`. */
export const decimal = (min: number, max: number, divisor: number): Schema.Schema<number> =>
  number((fc) => fc.integer({ min, max }).map((units) => units / divisor))

/** A number. `samples` are values that a test may meet. */
export const numberAmong = (...samples: ReadonlyArray<number>): Schema.Schema<number> =>
  number((fc) => fc.constantFrom(...samples))

const toResult = <A>(ast: ParseResult.Type["ast"], actual: unknown, result: A | Problems) =>
  result instanceof Problems ? ParseResult.fail(new ParseResult.Type(ast, actual)) : ParseResult.succeed(result)

/** A time, `DateTime.Utc` in the program and ISO 8601 on the wire. */
export const Timestamp: Schema.Schema<DateTime.Utc, string> = Schema.transformOrFail(
  Schema.declare(isTimestamp, {
    description: "an ISO 8601 timestamp",
    jsonSchema: { type: "string", format: "date-time" }
  }),
  Schema.DateTimeUtcFromSelf.annotations({
    description: "a DateTime.Utc",
    jsonSchema: { type: "string", format: "date-time" },
    arbitrary: () => (fc) =>
      fc.integer({ min: Date.UTC(2023, 0), max: Date.UTC(2030, 0) }).map((milliseconds) =>
        DateTime.unsafeMake(milliseconds)
      )
  }),
  {
    strict: true,
    decode: (input, _, ast) => toResult(ast, input, timestamp.decode(input, false)),
    encode: (value, _, ast) => toResult(ast, value, timestamp.encode(value, false))
  }
)
