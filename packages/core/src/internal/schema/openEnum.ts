import * as Schema from "effect/Schema"

/**
 * A Schema of the values known today and any other string. OpenRouter adds values without notice, and a closed enum has
 * broken clients twice (`data_region: "us"`, `api_type: "tts"`).
 */
export const openEnum = <const Known extends ReadonlyArray<string>>(
  identifier: string,
  known: Known
): Schema.Schema<Known[number] | (string & {}), string> =>
  Schema.Union(Schema.Literal(...known), Schema.String as Schema.Schema<string & {}, string>).annotations({
    identifier,
    description: "a string",
    arbitrary: () => (fc) => fc.constantFrom(...known)
  })
