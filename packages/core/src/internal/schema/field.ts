import type * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type { RecordSchema } from "../../RecordSchema.js"
import * as codec from "./codec.js"
import * as FieldSchema from "./fieldSchema.js"
import * as JsonSchema from "./jsonSchema.js"
import { getCodec } from "./recordSchema.js"
import { timestamp as timestampCodec } from "./timestamp.js"

/** The type of a field: how its values are decoded, the Schema that describes them, and what they mean. */
export interface Field<A, I, Input = A> {
  readonly codec: codec.Codec<A, I>
  readonly schema: Schema.Schema<A, I>
  readonly description: string
  /** The input of `make` for this field. It exists in the type only. */
  readonly input?: Input
}

/** A text. `samples` are values that a test may meet. */
export const text = (description: string, ...samples: ReadonlyArray<string>): Field<string, string> => ({
  codec: codec.string,
  schema: FieldSchema.text(samples),
  description
})

/** A text of the form that a regular expression describes, in tests; any text is accepted. */
export const identifier = (description: string, form: RegExp): Field<string, string> => ({
  codec: codec.string,
  schema: FieldSchema.identifier(form),
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

const number = (schema: Schema.Schema<number>) => (description: string): Field<number, number> => ({
  codec: codec.finite,
  schema,
  description
})

/** An amount of USD, down to 1e-8. */
export const usd = number(FieldSchema.decimal(0, 1e9, 1e8))

/** An amount of USD that may be negative. */
export const signedUsd = number(FieldSchema.decimal(-1e9, 1e9, 1e8))

/** A whole number that is not negative. */
export const count = number(FieldSchema.decimal(0, 200_000, 1))

/** A time in milliseconds; may be fractional. */
export const milliseconds = number(FieldSchema.decimal(0, 6_000_000, 10))

export const httpStatus = number(FieldSchema.numberAmong(200, 400, 429, 500, 502, 503, 524))

/** A time, `DateTime.Utc` in the program and ISO 8601 on the wire. */
export const timestamp = (description: string): Field<DateTime.Utc, string> => ({
  codec: timestampCodec,
  schema: FieldSchema.Timestamp,
  description
})

/** A record inside a record. */
export const record = <A, I, Input, Fields extends Schema.Struct.Fields>(
  schema: RecordSchema<A, I, Input, Fields>,
  description: string
): Field<A, I, Input> => ({ codec: getCodec(schema), schema, description })

/** Records inside a record. */
export const records = <A, I, Input, Fields extends Schema.Struct.Fields>(
  schema: RecordSchema<A, I, Input, Fields>,
  description: string
): Field<ReadonlyArray<A>, ReadonlyArray<I>, ReadonlyArray<Input>> => ({
  codec: codec.array(getCodec(schema)),
  schema: Schema.Array(schema),
  description
})

/** JSON values, kept as received. */
export const jsonArray = (description: string): Field<ReadonlyArray<unknown>, ReadonlyArray<unknown>> => ({
  codec: codec.array(codec.json),
  schema: Schema.Array(JsonSchema.Json),
  description
})
