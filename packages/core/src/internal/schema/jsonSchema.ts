/**
 * The Schemas of JSON that is kept as received. Their arbitraries are of Effect 3.
 */
import type * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import { equalJson, isJson, isJsonObject } from "./json.js"

// JSON has no -0.
const jsonArbitrary: Arbitrary.LazyArbitrary<unknown> = (fc) =>
  fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)))

/** A JSON value, kept as received. */
export const Json: Schema.Schema<unknown> = /* @__PURE__ */ Schema.Unknown.pipe(/* @__PURE__ */ Schema.filter(isJson, {
  description: "a JSON value",
  arbitrary: () => jsonArbitrary,
  pretty: () => (value) => JSON.stringify(value),
  equivalence: () => equalJson
}))

/** A JSON object, kept as received. Declared, because `Schema.Record` would turn a received `__proto__` into a prototype. */
export const JsonRecord: Schema.Schema<{ readonly [key: string]: unknown }> = /* @__PURE__ */ Schema.declare(
  isJsonObject,
  {
    identifier: "JsonObject",
    description: "a JSON object",
    jsonSchema: { type: "object", additionalProperties: true },
    arbitrary: () => (fc) => fc.dictionary(fc.string(), jsonArbitrary(fc)),
    pretty: () => (object) => JSON.stringify(object),
    equivalence: () => equalJson
  }
)

/** The unknown fields of a record. In property tests they have names that are easy to get wrong. */
export const UnknownFields = /* @__PURE__ */ JsonRecord.annotations({
  arbitrary: () => (fc) =>
    fc.dictionary(
      fc.constantFrom("new_field", "unknownFields", "__proto__", "constructor", "\u0000", "\ud800"),
      jsonArbitrary(fc),
      { maxKeys: 2 }
    )
})
