import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { type Decode, Problems } from "./codec.js"
import { toIssue } from "./parseIssue.js"

/** Returns a Schema that decodes, and describes and encodes nothing. The decoder is made when it is first used. */
export const decoderSchema = <A>(makeDecode: () => Decode<A>): Schema.Schema<A, unknown> => {
  let decode: Decode<A> | undefined
  return Schema.declare<A, unknown, []>([], {
    decode: () => (input, options, ast) => {
      decode ??= makeDecode()
      const result = decode(input, options.errors === "all")
      return result instanceof Problems
        ? ParseResult.fail(toIssue(ast, input, result))
        : ParseResult.succeed(result)
    },
    encode: () => (value, _, ast) => ParseResult.fail(new ParseResult.Forbidden(ast, value))
  })
}
