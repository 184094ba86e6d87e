// The installed parsers and the transformation of the same Schema agree, except that the transformation does not encode
// unknown fields that are named `__proto__` or like a field of the model.
import { Generation, GenerationContent } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, JSONSchema, ParseResult, Pretty, Schema, SchemaAST } from "effect"

/** The same Schema as a node of its own, which has no installed parser. */
const interpreted = <A, I>(schema: Schema.Schema<A, I>): Schema.Schema<A, I> =>
  Schema.make(SchemaAST.annotations(schema.ast, {}))

const agree = <A, I>(schema: Schema.Schema<A, I>, input: unknown) => {
  const decoded = Schema.decodeUnknownEither(schema)(input)
  const expected = Schema.decodeUnknownEither(interpreted(schema))(input)
  if (Either.isLeft(decoded)) return assert.isTrue(Either.isLeft(expected), String(expected))
  assert.deepStrictEqual(decoded, expected)
  if (/"(?:__proto__|unknownFields)":(?!\{\})/.test(JSON.stringify(decoded.right))) return
  assert.deepStrictEqual(
    Schema.encodeEither(schema)(decoded.right),
    Schema.encodeEither(interpreted(schema))(decoded.right)
  )
}

const records = Arbitrary.make(Generation).map(Schema.encodeSync(Generation))

describe("recordSchema", () => {
  it.prop("agrees on records", [records], ([record]) => agree(Generation, record))

  it.prop("agrees on records with any field replaced by anything, or without it", {
    record: records,
    value: FastCheck.anything({ withNullPrototype: true }),
    pick: FastCheck.nat()
  }, ({ pick, record, value }) => {
    const fields = Object.keys(record)
    const field = fields[pick % fields.length] ?? ""
    agree(Generation, { ...record, [field]: value })
    agree(Generation, Object.fromEntries(Object.entries(record).filter(([name]) => name !== field)))
  })

  it("agrees on a time that is a number", () => {
    const record = { id: "gen-1", created_at: 0 }
    assert.isTrue(Either.isRight(Schema.decodeUnknownEither(Generation)(record)))
    agree(Generation, record)
  })

  it.prop("agrees on contents", [GenerationContent, FastCheck.anything()], ([content, value]) => {
    const encoded = Schema.encodeSync(GenerationContent)(content)
    agree(GenerationContent, encoded)
    agree(GenerationContent, { ...encoded, input: value })
    agree(GenerationContent, { ...encoded, error: { previous_errors: [value] } })
  })

  it.prop("agrees on anything", [FastCheck.anything()], ([value]) => {
    agree(Generation, value)
    agree(GenerationContent, value)
  })

  it("decodes without the interpreter: records without unknown fields share one empty object", () => {
    const decode = Schema.decodeUnknownSync(Generation)
    assert.strictEqual(decode({ id: "gen-1" }).unknownFields, decode({ id: "gen-2" }).unknownFields)
  })

  it("obeys annotations that change what a parser does", () => {
    const fallback = Generation.make({ id: "gen-0" })
    const WithFallback = Generation.annotations({ decodingFallback: () => Either.right(fallback) })
    assert.strictEqual(Schema.decodeUnknownSync(WithFallback)(7), fallback)
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
    assert.deepStrictEqual(
      Either.flip(Schema.decodeUnknownEither(Generation)(wrong)).pipe(
        Either.getOrThrow,
        ParseResult.ArrayFormatter.formatErrorSync
      ),
      [{ _tag: "Type", path: ["total_cost"], message: "Expected a number, got a string" }]
    )
    const issues = Either.flip(Schema.decodeUnknownEither(Generation)(wrong, { errors: "all" })).pipe(
      Either.getOrThrow,
      ParseResult.ArrayFormatter.formatErrorSync
    )
    assert.deepStrictEqual(issues.map(({ path }) => path.join(".")), [
      "total_cost",
      "latency",
      "provider_responses.0.status"
    ])
    assert.notInclude(
      String(Either.flip(Schema.decodeUnknownEither(Generation)(wrong, { errors: "all" })).pipe(Either.getOrThrow)),
      "secret"
    )
  })

  it("picks fields by our names, and decodes them from OpenRouter's", () => {
    const Cost = Generation.pipe(Schema.pick("id", "totalCost", "model"))
    const cost = Schema.decodeUnknownSync(Cost)(received)
    assert.deepStrictEqual(cost, { id: "gen-1", totalCost: 0.1, model: null })
    assert.deepStrictEqual<unknown>(Schema.encodeSync(Cost)(cost), { id: "gen-1", total_cost: 0.1, model: null })
  })

  it("has the methods pick and omit of a Struct, with the types of OpenRouter's names", () => {
    const Cost = Generation.pick("id", "totalCost")
    const wire: typeof Cost.Encoded = { id: "gen-1", total_cost: 0.1 }
    assert.deepStrictEqual(Schema.decodeSync(Cost)(wire), { id: "gen-1", totalCost: 0.1 })
    assert.deepStrictEqual(Schema.encodeSync(Cost)({ id: "gen-1", totalCost: 0.1 }), wire)
    const Public = Generation.annotations({ title: "public" }).omit("userAgent", "httpReferer")
    const generation = Schema.decodeUnknownSync(Public)({ ...received, user_agent: "private" })
    assert.notProperty(generation, "userAgent")
    assert.strictEqual(generation.totalCost, 0.1)
  })

  it("lends its fields to another Struct", () => {
    const { id, totalCost } = Generation.fields
    const Charge = Schema.Struct({ id, totalCost, tenant: Schema.String })
    const wire: typeof Charge.Encoded = { id: "gen-1", total_cost: 0.1, tenant: "a" }
    const charge = Schema.decodeSync(Charge)(wire)
    assert.deepStrictEqual(charge, { id: "gen-1", totalCost: 0.1, tenant: "a" })
    assert.deepStrictEqual(Schema.encodeSync(Charge)(charge), wire)
    assert.isNull(Schema.decodeSync(Schema.Struct(Generation.fields))({ id: "gen-1" }).createdAt)
  })

  it("omits fields", () => {
    const Public = Generation.pipe(Schema.omit("userAgent", "httpReferer"))
    const generation = Schema.decodeUnknownSync(Public)({ ...received, user_agent: "private" })
    assert.notInclude(JSON.stringify(generation), "private")
    assert.strictEqual(generation.totalCost, 0.1)
    assert.deepStrictEqual(generation.unknownFields, {})
    assert.notInclude(JSON.stringify(Schema.encodeSync(Public)(generation)), "user_agent")
  })

  it("is extended with other fields, and keeps the unknown ones", () => {
    const Row = Schema.extend(Generation, Schema.Struct({ tenant: Schema.String, at: Schema.Date }))
    const wire = { ...received, tenant: "a", at: "2026-01-01T00:00:00.000Z" }
    const row = Schema.decodeUnknownSync(Row)(wire)
    assert.deepInclude(row, { tenant: "a", totalCost: 0.1, unknownFields: { speed: received.speed } })
    assert.deepStrictEqual<unknown>(
      Schema.encodeSync(Row)({ ...row, tenant: "b" }),
      { ...Schema.encodeSync(Generation)(decodeSync(received)), tenant: "b", at: wire.at }
    )
  })

  it("does not reject unknown fields when the enclosing Schema does", () => {
    const Row = Schema.Struct({ generation: Generation })
    const decodeRow = Schema.decodeUnknownEither(Row, { onExcessProperty: "error" })
    assert.isTrue(Either.isRight(decodeRow({ generation: received })))
    assert.isTrue(Either.isLeft(decodeRow({ generation: received, other: 1 })))
  })

  it("decodes equal records from equal responses", () => {
    const same = Schema.equivalence(Generation)
    const copy = JSON.parse(JSON.stringify(received))
    assert.isTrue(same(decodeSync(received), decodeSync(copy)))
    assert.isFalse(same(decodeSync(received), decodeSync({ ...copy, speed: { tokens: [1, 3] } })))
    assert.isFalse(
      same(decodeSync(received), decodeSync({ ...copy, provider_responses: [{ status: 503, region: [] }] }))
    )
    assert.isFalse(same(decodeSync(received), decodeSync({ ...copy, created_at: null })))
  })

  it("describes every field in JSON Schema", () => {
    const { $defs = {} } = JSONSchema.make(Generation) as { readonly $defs?: Readonly<Record<string, Described>> }
    assert.sameMembers(Object.keys($defs), ["Generation", "ProviderResponse", "ApiType", "DataRegion", "ServiceTier"])
    const { additionalProperties, properties, required } = $defs["Generation"] ?? assert.fail("no Generation")
    assert.deepStrictEqual(required, ["id"])
    assert.isTrue(additionalProperties)
    assert.sameMembers(Object.keys(properties), Object.keys(Schema.encodeSync(Generation)(decodeSync({ id: "gen-1" }))))
    for (const [name, property] of Object.entries(properties)) {
      assert.isAbove(property.description.length, 10, name)
      assert.strictEqual(JSON.stringify(property).includes(`"type":"null"`), name !== "id", name)
    }
    assert.include(properties["total_cost"]?.description, "USD")
    assert.include(properties["latency"]?.description, "milliseconds")
    assert.include(JSON.stringify(properties["created_at"]), `"format":"date-time"`)
  })

  it("is printed by Pretty, checked by a Standard Schema, and has a type side", () => {
    const generation = decodeSync(received)
    assert.include(Pretty.make(Generation)(generation), `"totalCost": 0.1`)
    const standard = Schema.standardSchemaV1(Generation)["~standard"]
    assert.deepStrictEqual(standard.validate(received), { value: generation })
    assert.deepInclude(standard.validate({ id: 1 }), {
      issues: [{ path: ["id"], message: "Expected a string, got a number" }]
    })
    assert.isTrue(Schema.is(Generation)(generation))
    assert.isFalse(Schema.is(Generation)({ ...generation, totalCost: "0.1" }))
  })

  it("names the record and the kind of value in the errors of its type", () => {
    const record = { ...Generation.make({ id: "gen-1" }), totalCost: "1" }
    assert.throws(() => Schema.validateSync(Generation)(record), /^Generation\n└─ \["totalCost"\]/)
    assert.throws(() => Generation.make({ id: "gen-1", totalCost: NaN }), /Expected a finite number, got NaN/)
  })

  it("keeps its speed and its results when it is annotated", () => {
    const Annotated = Generation.annotations({ description: "a charge" })
    assert.deepStrictEqual(Schema.decodeUnknownSync(Annotated)(received), decodeSync(received))
    assert.strictEqual(Annotated.make({ id: "gen-1" }).id, "gen-1")
  })
})

interface Described {
  readonly additionalProperties: unknown
  readonly properties: Readonly<Record<string, { readonly description: string }>>
  readonly required: ReadonlyArray<string>
}
