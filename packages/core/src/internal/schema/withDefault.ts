import * as Schema from "effect/Schema"

/** A field of an error with a value that it has if it is not given, to the constructor or in an encoded error. */
export const withDefault = <A, I>(schema: Schema.Schema<A, I>, value: A) =>
  Schema.optionalWith(schema, { default: () => value })

/** A field of an error that is `null` if it is not given, to the constructor or in an encoded error of an older version. */
export const orNull = <A, I>(schema: Schema.Schema<A, I>) => withDefault(Schema.NullOr(schema), null)
