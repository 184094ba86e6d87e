import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** A field with a value that it has if it is not given, to the constructor or in an encoded error. */
export type WithDefault<A, I> = Schema.PropertySignature<":", A, never, "?:", I | undefined, true>

/**
 * Returns a field of an error with a value that it has if it is not given, to the constructor or in an encoded error. It is
 * `Schema.optionalWith`, whose other variants a bundle would contain, too.
 */
export const withDefault = <A, I>(schema: Schema.Schema<A, I>, value: A): WithDefault<A, I> =>
  Schema.optionalToRequired(Schema.UndefinedOr(schema), Schema.typeSchema(schema), {
    decode: (given) => {
      const decoded = Option.getOrUndefined(given)
      return decoded === undefined ? value : decoded
    },
    encode: Option.some
  }).pipe(Schema.withConstructorDefault(() => value))

/** Returns a field that is `null` if it is not given, to the constructor or in an encoded error of an older version. */
export const orNull = <A, I>(schema: Schema.Schema<A, I>): WithDefault<A | null, I | null> =>
  withDefault(Schema.NullOr(schema), null)
