/**
 * A JSON object whose fields this library does not know.
 */
import type * as Schema from "effect/Schema"
import { JsonRecord } from "./internal/schema/jsonSchema.js"

/** A JSON object as it was received: any fields, none of them changed. */
export interface JsonObject {
  readonly [key: string]: unknown
}

/**
 * A JSON object as it was received. It may nest at most 64 levels, so that it can always be compared, encoded and
 * written. `Schema.equivalence` compares it by value.
 */
export const JsonObject: Schema.Schema<JsonObject> = JsonRecord
