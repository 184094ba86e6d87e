/**
 * A JSON object whose fields this library does not know.
 */
import * as Schema from "effect/Schema"
import { equalJson, isJsonObject, jsonArbitrary } from "./internal/schema/json.js"

/** A JSON object as it was received: any fields, none of them changed. */
export interface JsonObject {
  readonly [key: string]: unknown
}

// Declared, because `Schema.Record` copies key by key and would turn a received `__proto__` into a prototype.
/**
 * A JSON object as it was received. It may nest at most 64 levels, so that it can always be compared, encoded and
 * written. `Schema.equivalence` compares it by value.
 */
export const JsonObject: Schema.Schema<JsonObject> = Schema.declare<JsonObject>(isJsonObject, {
  identifier: "JsonObject",
  description: "a JSON object",
  jsonSchema: { type: "object", additionalProperties: true },
  arbitrary: () => (fc) => fc.dictionary(fc.string(), jsonArbitrary(fc)),
  pretty: () => (object) => JSON.stringify(object),
  equivalence: () => equalJson
})
