import type * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { RecordSchema } from "../../RecordSchema.js"
import * as codec from "./codec.js"
import { equalJson, isJson, jsonArbitrary } from "./json.js"
import { codecOf } from "./recordSchema.js"
import { isTimestamp, timestamp as timestampCodec } from "./timestamp.js"

/** The type of a field: how its values are decoded, the Schema that describes them, and what they mean. */
export interface Field<A, I, Input = A> {
  readonly codec: codec.Codec<A, I>
  readonly schema: Schema.Schema<A, I>
  readonly description: string
  /** The input of `make` for this field. It exists in the type only. */
  readonly input?: Input
}

/** A field of any type. */
export interface AnyField {
  readonly codec: codec.Codec<unknown>
  readonly schema: Schema.Schema.AnyNoContext
  readonly description: string
  readonly input?: unknown
}

/** A text. `samples` are values that a test may meet. */
export const text = (description: string, ...samples: ReadonlyArray<string>): Field<string, string> => ({
  codec: codec.string,
  schema: samples.length === 0
    ? Schema.String
    : Schema.String.annotations({ arbitrary: () => (fc) => fc.constantFrom(...samples) }),
  description
})

/** A text of the form that a regular expression describes, in tests; any text is accepted. */
export const identifier = (description: string, form: RegExp): Field<string, string> => ({
  codec: codec.string,
  schema: Schema.String.annotations({ arbitrary: () => (fc) => fc.stringMatching(form) }),
  description
})

export const flag = (description: string): Field<boolean, boolean> => ({
  codec: codec.boolean,
  schema: Schema.Boolean,
  description
})

/** One of the values known today, or any other string. */
export const openEnum = <A extends string>(
  schema: Schema.Schema<A, string>,
  description: string
): Field<A, string> => ({
  // Every string is one.
  codec: codec.string as codec.Codec<A, string>,
  schema,
  description
})

const number = (arbitrary: Arbitrary.LazyArbitrary<number>) => (description: string): Field<number, number> => ({
  codec: codec.finite,
  schema: Schema.Finite.annotations({ jsonSchema: { type: "number" }, arbitrary: () => arbitrary }),
  description
})

/** An amount of USD, down to 1e-8. */
export const usd = number((fc) => fc.nat(1e9).map((units) => units / 1e8))

/** An amount of USD that may be negative. */
export const signedUsd = number((fc) => fc.integer({ min: -1e9, max: 1e9 }).map((units) => units / 1e8))

/** A whole number that is not negative. */
export const count = number((fc) => fc.nat(200_000))

/** A time in milliseconds; may be fractional. */
export const milliseconds = number((fc) => fc.nat(6_000_000).map((tenths) => tenths / 10))

export const httpStatus = number((fc) => fc.constantFrom(200, 400, 429, 500, 502, 503, 524))

/** A time, `DateTime.Utc` in the program and ISO 8601 on the wire. */
export const timestamp = (description: string): Field<DateTime.Utc, string> => ({
  codec: timestampCodec,
  schema: Timestamp,
  description
})

const wireTimestamp: Schema.Schema<string> = Schema.declare(isTimestamp, {
  description: "an ISO 8601 timestamp",
  jsonSchema: { type: "string", format: "date-time" }
})

const Timestamp: Schema.Schema<DateTime.Utc, string> = Schema.transformOrFail(
  wireTimestamp,
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
    decode: (input, _, ast) => toResult(ast, input, timestampCodec.decode(input, false)),
    encode: (value, _, ast) => toResult(ast, value, timestampCodec.encode(value, false))
  }
)

const toResult = <A>(ast: ParseResult.Type["ast"], actual: unknown, result: A | codec.Problems) =>
  result instanceof codec.Problems
    ? ParseResult.fail(new ParseResult.Type(ast, actual))
    : ParseResult.succeed(result)

/** A record inside a record. */
export const record = <A, I, Input, Fields>(
  schema: RecordSchema<A, I, Input, Fields>,
  description: string
): Field<A, I, Input> => ({ codec: codecOf(schema), schema, description })

/** Records inside a record. */
export const records = <A, I, Input, Fields>(
  schema: RecordSchema<A, I, Input, Fields>,
  description: string
): Field<ReadonlyArray<A>, ReadonlyArray<I>, ReadonlyArray<Input>> => ({
  codec: codec.array(codecOf(schema)),
  schema: Schema.Array(schema),
  description
})

/** JSON values, kept as received. */
export const jsonArray = (description: string): Field<ReadonlyArray<unknown>, ReadonlyArray<unknown>> => ({
  codec: codec.array(codec.json),
  schema: Schema.Array(Json),
  description
})

const Json: Schema.Schema<unknown> = Schema.Unknown.pipe(Schema.filter(isJson, {
  description: "a JSON value",
  arbitrary: () => jsonArbitrary,
  pretty: () => (value) => JSON.stringify(value),
  equivalence: () => equalJson
}))
