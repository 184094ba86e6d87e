import * as Schema from "effect/Schema"

/** Any string, with `Known` offered by the editor. */
export type OpenEnum<Known extends string> = Known | (string & {})

/**
 * The values known today, and any other string: OpenRouter adds values without notice, and a closed enum has broken
 * clients twice (`data_region: "us"`, `api_type: "tts"`).
 *
 * @internal
 */
export const openEnum = <const Known extends ReadonlyArray<string>>(
  identifier: string,
  ...known: Known
): Schema.Schema<OpenEnum<Known[number]>, string> =>
  Schema.Union(
    Schema.Literal(...known),
    Schema.String as Schema.Schema<string & {}, string>
  ).annotations({ identifier, description: "a string" })
