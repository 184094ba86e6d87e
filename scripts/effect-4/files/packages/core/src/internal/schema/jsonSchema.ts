/**
 * The Schemas of JSON that is kept as received. Their arbitraries are of Effect 4.
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { equalJson, isJson, isJsonObject } from "./json.js"

/** A JSON value, kept as received. */
export const Json: Schema.Codec<unknown> = Schema.declare((value): value is unknown => isJson(value), {
  expected: "a JSON value",
  description: "a JSON value",
  toCodecArbitrary: () =>
    Schema.link<unknown>()(Schema.Json, {
      decode: SchemaGetter.transform((value: unknown) => value),
      encode: SchemaGetter.transform((value) => value as Schema.Json)
    }),
  toFormatter: () => (value) => JSON.stringify(value),
  toEquivalence: () => equalJson
})

interface JsonRecord {
  readonly [key: string]: unknown
}

const jsonRecord = (names: Schema.Codec<string>): Schema.Codec<JsonRecord> =>
  Schema.declare(isJsonObject, {
    identifier: "JsonObject",
    description: "a JSON object",
    toCodecJson: () =>
      Schema.link<JsonRecord>()(Schema.Record(Schema.String, Schema.Unknown), {
        decode: SchemaGetter.transform((value: JsonRecord) => value),
        encode: SchemaGetter.transform((value: JsonRecord) => value)
      }),
    toCodecArbitrary: () =>
      Schema.link<JsonRecord>()(Schema.Array(Schema.Tuple([names, Schema.Json])), {
        // JSON has no -0.
        decode: SchemaGetter.transform((entries): JsonRecord =>
          JSON.parse(JSON.stringify(Object.fromEntries(entries.slice(0, 2))))
        ),
        encode: SchemaGetter.transform((value) => Object.entries(value as Readonly<Record<string, Schema.Json>>))
      }),
    toFormatter: () => (object) => JSON.stringify(object),
    toEquivalence: () => equalJson
  })

/** A JSON object, kept as received. Declared, because `Schema.Record` would turn a received `__proto__` into a prototype. */
export const JsonRecord: Schema.Codec<JsonRecord> = jsonRecord(Schema.String)

/** The unknown fields of a record. In property tests they have names that are easy to get wrong. */
export const UnknownFields: Schema.Codec<JsonRecord> = jsonRecord(
  Schema.Literals(["new_field", "unknownFields", "__proto__", "constructor", "\u0000", "\ud800"]) as Schema.Codec<
    string
  >
)
