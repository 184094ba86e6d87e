/**
 * The type of the Schemas of OpenRouter's records.
 */
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type { JsonObject } from "./JsonObject.js"

/**
 * A Schema of a record: `A` is the record in the program, `I` the record on the wire, `Input` is what `make` takes, and
 * `Fields` are the fields of a `Schema.Struct`. `make` returns a record as a test needs it: fields that are not given are
 * `null`, `unknownFields` is `{}`, and records inside are completed in the same way. It throws a `SchemaError` if a field
 * has the wrong type.
 */
export interface RecordSchema<A, I, Input, Fields>
  extends
    Schema.Bottom<A, I, never, never, SchemaAST.AST, RecordSchema<A, I, Input, Fields>, Input, A, readonly [], Input>
{
  /**
   * The known fields, to build another `Schema.Struct` of them under our names. Each decodes an absent field as `null`;
   * `Schema.encodeKeys` gives them OpenRouter's names.
   */
  readonly fields: Fields

  /** Returns the Schema of some fields. It decodes OpenRouter's names, and drops every other field. */
  readonly pick: <const Names extends ReadonlyArray<keyof A & keyof Fields>>(
    ...names: Names
  ) => Schema.Codec<{ readonly [Name in Names[number]]: A[Name] }, JsonObject>

  /** Returns the Schema of the fields without some of them. It decodes OpenRouter's names, and drops unknown fields. */
  readonly omit: <const Names extends ReadonlyArray<keyof A & keyof Fields>>(
    ...names: Names
  ) => Schema.Codec<{ readonly [Name in Exclude<keyof A, Names[number] | "unknownFields">]: A[Name] }, JsonObject>
}
