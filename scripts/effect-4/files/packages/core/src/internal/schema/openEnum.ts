import * as Schema from "effect/Schema"
import { sampled } from "./fieldSchema.js"

/**
 * A Schema of the values known today and any other string. OpenRouter adds values without notice, and a closed enum has
 * broken clients twice (`data_region: "us"`, `api_type: "tts"`).
 */
export const openEnum = <const Known extends ReadonlyArray<string>>(
  identifier: string,
  known: Known
): Schema.Codec<Known[number] | (string & {}), string> => {
  const schema = Schema.Union([Schema.Literals(known), Schema.String]).annotate({ identifier, description: "a string" })
  return sampled("a string", schema, Schema.Literals(known))
}
