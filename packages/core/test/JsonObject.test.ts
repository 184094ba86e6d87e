import { JsonObject } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const same = Schema.equivalence(JsonObject)

describe("JsonObject", () => {
  it.prop("is equal to a copy of itself", [JsonObject], ([object]) => {
    assert.isTrue(same(object, JSON.parse(JSON.stringify(object))))
  })

  it("is compared by value, whatever the order of its keys", () => {
    assert.isTrue(same({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }))
    assert.isFalse(same({ a: 1 }, { a: 2 }))
    assert.isFalse(same({ a: undefined }, { b: undefined }))
    assert.isFalse(same({ a: [] }, { a: {} }))
    assert.isFalse(same({ a: null }, { a: {} }))
  })

  it("keeps a received __proto__ as a field", () => {
    const object: unknown = JSON.parse(`{"__proto__":{"a":1}}`)
    assert.strictEqual(Schema.decodeUnknownSync(JsonObject)(object), object)
  })

  it("rejects a value that is not a JSON object, or nests more than 64 levels", () => {
    const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels))
    const is = Schema.is(JsonObject)
    assert.isTrue(is({ a: nested(64) }))
    for (const value of [null, [], "{}", { a: 1n }, { a: nested(65) }, { a: nested(20_000) }]) assert.isFalse(is(value))
  })
})
