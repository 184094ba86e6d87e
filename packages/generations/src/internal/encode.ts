import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import type * as Schema from "effect/Schema"

/** A field that cannot be encoded, and the rule that it breaks. */
export interface WrongField {
  readonly field: string
  readonly rule: string
}

/** Encodes a value, or returns the first field that is wrong. */
export const encode = <A, I>(schema: Schema.Schema<A, I>, value: unknown): Either.Either<I, WrongField | undefined> =>
  Either.mapLeft(ParseResult.encodeUnknownEither(schema)(value), (issue) => {
    const [first] = ParseResult.ArrayFormatter.formatIssueSync(issue)
    return first && { field: first.path.map(String).join("."), rule: first.message }
  })
