/**
 * The type of the Schemas of OpenRouter's records.
 */
import type * as Schema from "effect/Schema"

/**
 * A Schema of a record: `A` is the record in the program, `I` the record on the wire, `Input` is what `make` takes, and
 * `Fields` are the fields of a `Schema.Struct`. It works wherever a `Schema.Struct` does.
 */
export interface RecordSchema<A, I, Input, Fields extends Schema.Struct.Fields>
  extends Schema.AnnotableClass<RecordSchema<A, I, Input, Fields>, A, I>
{
  /**
   * The known fields, to build another `Schema.Struct` of them. Each decodes OpenRouter's name, and an absent field as
   * `null`; a `Schema.Struct` drops unknown fields.
   */
  readonly fields: Fields

  /** Returns the Schema of some fields. It decodes OpenRouter's names, and drops every other field. */
  readonly pick: Schema.Struct<Fields>["pick"]

  /** Returns the Schema of the fields without some of them. It decodes OpenRouter's names, and drops unknown fields. */
  readonly omit: Schema.Struct<Fields>["omit"]

  /**
   * Returns a record as a test needs it: fields that are not given are `null`, `unknownFields` is `{}`, and records inside
   * are completed in the same way. Throws a `ParseError` if a field has the wrong type.
   */
  readonly make: (input: Input) => A
}
