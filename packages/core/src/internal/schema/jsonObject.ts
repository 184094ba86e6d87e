import { isReadonlyRecord } from "effect/Predicate"
import * as Schema from "effect/Schema"

/** A JSON object as it was received: nothing known of its fields, none of them touched. */
export interface JsonObject {
  readonly [key: string]: unknown
}

const isJsonObject = (input: unknown): input is JsonObject => isReadonlyRecord(input)

/**
 * Declared rather than `Schema.Record`, which copies key by key and would turn a received `__proto__` into a prototype.
 *
 * @internal
 */
export const JsonObject: Schema.Schema<JsonObject> = Schema.declare(isJsonObject, {
  identifier: "JsonObject",
  description: "a JSON object",
  jsonSchema: { type: "object" },
  arbitrary: () => (fc) => fc.dictionary(fc.string(), fc.jsonValue()),
  pretty: () => (object) => JSON.stringify(object),
  equivalence: () => jsonEquivalence
})

const jsonEquivalence = (self: unknown, that: unknown): boolean => {
  if (Array.isArray(self)) {
    return Array.isArray(that) && self.length === that.length &&
      self.every((value, index) => jsonEquivalence(value, that[index]))
  }
  if (!isJsonObject(self) || !isJsonObject(that)) return Object.is(self, that)
  const names = Object.keys(self)
  return names.length === Object.keys(that).length &&
    names.every((name) => Object.hasOwn(that, name) && jsonEquivalence(self[name], that[name]))
}
