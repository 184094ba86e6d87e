import * as Schema from "effect/Schema"

/** A field of an error that is null unless it is given. */
export const orNull = <A, I>(schema: Schema.Schema<A, I>) =>
  Schema.propertySignature(Schema.NullOr(schema)).pipe(Schema.withConstructorDefault((): A | null => null))
