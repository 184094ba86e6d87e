// The part of `Generation` that depends on how Effect represents a Schema. The installed decoder and the interpreted Schema
// agree, except that the interpreter loses unknown fields named `__proto__`.
import { Generation, GenerationContent } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect-openrouter/testing"
import { arbitrary } from "@effect-openrouter/testing/TestSupport"
import { Result, Schema } from "effect"
import * as FastCheck from "fast-check"

/** The same Schema as a node of its own, for which nothing is installed. */
const interpreted = <A, I>(schema: Schema.Codec<A, I>): Schema.Codec<A, I> =>
  Schema.make<Schema.Codec<A, I>>(schema.ast).annotate({})

const agree = <A, I>(schema: Schema.Codec<A, I>, input: unknown) => {
  const decoded = Schema.decodeUnknownResult(schema)(input)
  const expected = Schema.decodeUnknownResult(interpreted(schema))(input)
  if (Result.isFailure(decoded)) return assert.isTrue(Result.isFailure(expected), JSON.stringify(input))
  if (JSON.stringify(input).includes(`"__proto__":`)) return
  assert.deepStrictEqual(Result.getOrThrow(expected), decoded.success)
  assert.deepStrictEqual(
    Result.getOrThrow(Schema.encodeResult(schema)(decoded.success)),
    Result.getOrThrow(Schema.encodeResult(interpreted(schema))(decoded.success))
  )
}

const records = arbitrary(Generation).map(Schema.encodeSync(Generation))

describe("recordSchema", () => {
  it.prop("agrees on records", [records], ([record]) => agree<unknown, unknown>(Generation, record))

  it.prop("agrees on records with any field replaced by JSON, or without it", {
    record: records,
    value: FastCheck.jsonValue(),
    pick: FastCheck.nat()
  }, ({ pick, record, value }) => {
    const fields = Object.keys(record)
    const field = fields[pick % fields.length] ?? ""
    agree<unknown, unknown>(Generation, { ...record, [field]: value })
    agree<unknown, unknown>(
      Generation,
      Object.fromEntries(Object.entries(record).filter(([name]) => name !== field))
    )
  })

  it("agrees on a time that is a number", () => agree<unknown, unknown>(Generation, { id: "gen-1", created_at: 0 }))

  it.prop("agrees on contents", [GenerationContent, FastCheck.jsonValue()], ([content, value]) => {
    const encoded = Schema.encodeSync(GenerationContent)(content)
    agree<unknown, unknown>(GenerationContent, encoded)
    agree<unknown, unknown>(GenerationContent, { ...encoded, input: value })
  })

  it("decodes without the interpreter: records without unknown fields share one empty object", () => {
    const decode = Schema.decodeUnknownSync(Generation)
    assert.strictEqual(decode({ id: "gen-1" }).unknownFields, decode({ id: "gen-2" }).unknownFields)
  })
})

describe("Generation, as a Schema", () => {
  const received = {
    id: "gen-1",
    total_cost: 0.1,
    created_at: "2026-07-21T09:59:00.123Z",
    provider_responses: [{ status: 503, region: ["eu"] }],
    speed: { tokens: [1, 2] }
  }
  const decodeSync = Schema.decodeUnknownSync(Generation)

  it("reports the first wrong field, or every one, without quoting a value", () => {
    const wrong = { id: "gen-1", total_cost: "secret", latency: true, provider_responses: [{ status: "secret" }] }
    const decode = Schema.decodeUnknownResult(Generation)
    const first = Result.getOrThrow(Result.flip(decode(wrong)))
    assert.strictEqual(String(first), `SchemaError(Expected a number, got a string\n  at ["total_cost"])`)
    const all = String(Result.getOrThrow(Result.flip(decode(wrong, { errors: "all" }))))
    for (const path of [`["total_cost"]`, `["latency"]`, `["provider_responses"][0]["status"]`]) {
      assert.include(all, path)
    }
    assert.notInclude(all, "secret")
  })

  it("picks fields by our names, and decodes them from OpenRouter's", () => {
    const Cost = Generation.pick("id", "totalCost", "model")
    const cost = Schema.decodeUnknownSync(Cost)(received)
    assert.deepStrictEqual(cost, { id: "gen-1", totalCost: 0.1, model: null })
    assert.deepStrictEqual<unknown>(Schema.encodeSync(Cost)(cost), { id: "gen-1", total_cost: 0.1, model: null })
  })

  it("names the kind of value that a picked field expects", () => {
    const Cost = Generation.pick("id", "totalCost", "apiType")
    for (
      const [wrong, message] of [[{ total_cost: "1" }, "a number"], [{ id: 1 }, "a string"], [
        { api_type: 1 },
        "a string"
      ]]
    ) {
      const result = Schema.decodeUnknownResult(Cost)({ id: "gen-1", ...Object(wrong) })
      assert.include(Result.isFailure(result) ? result.failure.message : "", `Expected ${message}`)
    }
  })

  it("omits fields, and drops unknown ones", () => {
    const Public = Generation.omit("userAgent", "httpReferer")
    const generation = Schema.decodeUnknownSync(Public)({ ...received, user_agent: "private" })
    assert.notInclude(JSON.stringify(generation), "private")
    assert.strictEqual(generation.totalCost, 0.1)
    assert.notProperty(generation, "unknownFields")
    assert.notInclude(JSON.stringify(Schema.encodeSync(Public)(generation)), "user_agent")
  })

  it("lends its fields to another Struct", () => {
    const { id, totalCost } = Generation.fields
    const Charge = Schema.Struct({ id, totalCost, tenant: Schema.String }).pipe(
      Schema.encodeKeys({ totalCost: "total_cost" })
    )
    const wire: typeof Charge.Encoded = { id: "gen-1", total_cost: 0.1, tenant: "a" }
    const charge = Schema.decodeSync(Charge)(wire)
    assert.deepStrictEqual(charge, { id: "gen-1", totalCost: 0.1, tenant: "a" })
    assert.deepStrictEqual(Schema.encodeSync(Charge)(charge), wire)
    assert.isNull(Schema.decodeSync(Schema.Struct(Generation.fields))({ id: "gen-1" }).createdAt)
  })

  it("does not reject unknown fields when the enclosing Schema does", () => {
    const Row = Schema.Struct({ generation: Generation })
    const decodeRow = Schema.decodeUnknownResult(Row, { onExcessProperty: "error" })
    assert.isTrue(Result.isSuccess(decodeRow({ generation: received })))
    assert.isTrue(Result.isFailure(decodeRow({ generation: received, other: 1 })))
  })

  it("decodes equal records from equal responses", () => {
    const same = Schema.toEquivalence(Generation)
    const copy = JSON.parse(JSON.stringify(received))
    assert.isTrue(same(decodeSync(received), decodeSync(copy)))
    assert.isFalse(same(decodeSync(received), decodeSync({ ...copy, speed: { tokens: [1, 3] } })))
    assert.isFalse(same(decodeSync(received), decodeSync({ ...copy, created_at: null })))
  })

  it("describes every field in JSON Schema", () => {
    const text = JSON.stringify(Schema.toJsonSchemaDocument(Generation))
    for (const name of Object.keys(Schema.encodeSync(Generation)(decodeSync({ id: "gen-1" })))) {
      assert.include(text, `"${name}":`)
    }
    assert.include(text, "in USD")
  })

  it("is checked by a Standard Schema, and has a type side", () => {
    const generation = decodeSync(received)
    const standard = Schema.toStandardSchemaV1(Generation)["~standard"]
    assert.deepStrictEqual(standard.validate(received), { value: generation })
    assert.deepInclude(standard.validate({ id: 1 }), {
      issues: [{ path: ["id"], message: "Expected a string, got a number" }]
    })
    assert.isTrue(Schema.is(Generation)(generation))
    assert.isFalse(Schema.is(Generation)({ ...generation, totalCost: "0.1" }))
  })

  it("keeps its speed and its results when it is annotated, and obeys a check", () => {
    const Annotated = Generation.annotate({ description: "a charge" })
    assert.deepStrictEqual(Schema.decodeUnknownSync(Annotated)(received), decodeSync(received))
    assert.strictEqual(Annotated.make({ id: "gen-1" }).id, "gen-1")
    const Paid = Generation.check(Schema.makeFilter(({ totalCost }) => totalCost !== null))
    assert.isTrue(Result.isFailure(Schema.decodeUnknownResult(Paid)({ id: "gen-1" })))
    assert.isTrue(Result.isSuccess(Schema.decodeUnknownResult(Paid)(received)))
  })
})
