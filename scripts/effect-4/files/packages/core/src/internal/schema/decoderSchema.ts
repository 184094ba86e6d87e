import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { type Decode, Problems } from "./codec.js"
import { toIssue } from "./parseIssue.js"

/** Returns a Schema that decodes, and describes and encodes nothing. The decoder is made when it is first used. */
export const decoderSchema = <A>(makeDecode: () => Decode<A>): Schema.Codec<A, unknown> => {
  let decode: Decode<A> | undefined
  return Schema.Unknown.pipe(
    Schema.decodeTo(Schema.declare((_value): _value is A => true), {
      decode: SchemaGetter.transformEffect((input, { errors }) => {
        decode ??= makeDecode()
        const result = decode(input, errors === "all")
        return result instanceof Problems ? Effect.fail(toIssue(result)) : Effect.succeed(result)
      }),
      encode: SchemaGetter.forbidden(() => "a response is not encoded")
    })
  )
}
