import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"

/** A field that cannot be encoded, and the rule that it breaks. */
export interface WrongField {
  readonly field: string
  readonly rule: string
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Encodes a value, or returns the first field that is wrong. */
export const encode = <A, I>(schema: Schema.Codec<A, I>, value: unknown): Result.Result<I, WrongField | undefined> =>
  Result.mapError(SchemaParser.encodeUnknownResult(schema)(value), (issue) => {
    const [first] = format(issue).issues
    return first && { field: (first.path ?? []).map(String).join("."), rule: first.message }
  })
