import * as Schema from "effect/Schema"

/** A field of an error that is `null` if it is not given, to the constructor or in an encoded error of an older version. */
export const orNull = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.optionalWith(Schema.NullOr(schema), { default: (): A | null => null })
