import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

/** A field that the constructor need not have and that an encoded value may lack. */
export interface WithDefault<A, I> extends
  Schema.Bottom<
    A,
    I,
    never,
    never,
    SchemaAST.AST,
    Schema.Codec<A, I>,
    A,
    A,
    readonly [],
    A,
    "readonly",
    "required",
    "with-default",
    "readonly",
    "optional"
  >
{}

/** A field of an error with a value that it has if it is not given, to the constructor or in an encoded error. */
export const withDefault = <A, I>(schema: Schema.Codec<A, I>, value: A): WithDefault<A, I> => {
  const plain = schema as Schema.Codec<A, I> & Schema.WithoutConstructorDefault
  const decoded = Schema.withDecodingDefaultTypeKey<typeof plain>(Effect.succeed(value))(plain)
  const made: Schema.Constraint = Schema.withConstructorDefault<typeof decoded>(Effect.succeed(value))(decoded)
  return made as WithDefault<A, I>
}

/** A field of an error that is `null` if it is not given, to the constructor or in an encoded error of an older version. */
export const orNull = <A, I>(schema: Schema.Codec<A, I>): WithDefault<A | null, I | null> =>
  withDefault<A | null, I | null>(Schema.NullOr(schema), null)
