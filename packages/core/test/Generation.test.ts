import { Generation } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Effect, Either, FastCheck, ParseResult, Schema } from "effect"
import { acceptedRecords, fixture } from "./fixtures.js"

const decode = Schema.decodeUnknownEither(Generation)
const encode = Schema.encode(Generation)

const wrongFields = (input: unknown) =>
  Either.match(decode(input), {
    onLeft: (
      error
    ) => [...new Set(ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join(".")))],
    onRight: () => []
  })

describe("Generation", () => {
  it.effect.each(acceptedRecords)("decodes %s and encodes every field back", (name) =>
    Effect.gen(function*() {
      const { data } = fixture(name)
      const encoded = yield* Effect.flatMap(decode(data), encode)
      for (const [field, value] of Object.entries(data)) {
        if (field === "created_at") {
          assert.strictEqual(Date.parse(String(encoded[field])), Date.parse(String(value)))
        } else if (field === "provider_responses" && Array.isArray(value)) {
          value.forEach((attempt, index) => assert.deepInclude(encoded.provider_responses?.[index], attempt))
        } else assert.deepStrictEqual(encoded[field], value, field)
      }
    }))

  it("refuses money in a string, by the field's name", () => {
    assert.deepStrictEqual(wrongFields(fixture("rejected-string-money.json").data), ["total_cost"])
  })

  it("needs nothing but an id, and takes what is absent for null", () => {
    const { id, unknownFields, ...rest } = Either.getOrThrow(decode({ id: "gen-1" }))
    assert.strictEqual(id, "gen-1")
    assert.deepStrictEqual(unknownFields, {})
    assert.isTrue(Object.values(rest).every((value) => value === null))
    assert.deepStrictEqual(wrongFields({}), ["id"])
    assert.deepStrictEqual(wrongFields({ id: null }), ["id"])
  })

  it("keeps what it does not know as received", () => {
    const speed = { tokens: [1, 2] }
    const { unknownFields } = Either.getOrThrow(decode({ id: "gen-1", speed, model: "m" }))
    assert.deepStrictEqual(unknownFields, { speed })
    assert.strictEqual(unknownFields["speed"], speed)
  })

  it("keeps a field named __proto__ without obeying it", () => {
    const generation = Either.getOrThrow(decode(JSON.parse(`{ "id": "gen-1", "__proto__": { "totalCost": 0 } }`)))
    assert.deepStrictEqual(Object.keys(generation.unknownFields), ["__proto__"])
    assert.strictEqual(Object.getPrototypeOf(generation.unknownFields), Object.prototype)
    assert.isNull(generation.totalCost)
  })

  it.effect.each([
    `{"id":"gen-1","__proto__":{"total_cost":999}}`,
    `{"id":"gen-1","provider_responses":[{"__proto__":{"status":503}}]}`
  ])("gives %s back, and takes nothing from it", (text) =>
    Effect.gen(function*() {
      const generation = yield* decode(JSON.parse(text))
      assert.isNull(generation.totalCost)
      assert.isNotOk(generation.providerResponses?.[0]?.status)
      assert.include(JSON.stringify(yield* encode(generation)), `"__proto__":{`)
    }))

  it("keeps what attempts have and it does not know", () => {
    const { providerResponses } = Either.getOrThrow(
      decode({ id: "gen-1", provider_responses: [{ status: 503, region: "eu" }] })
    )
    assert.deepInclude(providerResponses?.[0], { status: 503, latency: null, unknownFields: { region: "eu" } })
  })

  it("keeps values of enums that nobody knows today", () => {
    const generation = Either.getOrThrow(decode({ id: "gen-1", api_type: "telepathy", data_region: "moon" }))
    assert.deepInclude(generation, { apiType: "telepathy", dataRegion: "moon" })
  })

  it.each([
    ["2026-07-21T09:59:00.123456+00:00", "2026-07-21T09:59:00.123Z"],
    ["2026-07-21T09:59:00.123Z", "2026-07-21T09:59:00.123Z"],
    ["2026-07-21T09:59:00Z", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T09:59:00+00:00", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T11:59:00+02:00", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T09:59:00", "2026-07-21T09:59:00.000Z"]
  ])("reads created_at %s as %s", (text, instant) => {
    const { createdAt } = Either.getOrThrow(decode({ id: "gen-1", created_at: text }))
    assert.isTrue(createdAt !== null && DateTime.isUtc(createdAt))
    assert.strictEqual(createdAt === null ? null : DateTime.formatIso(createdAt), instant)
  })

  it.each(["", "yesterday", "2026", "1753091940", "2026-13-41T25:00:00Z", 1753091940])(
    "refuses %j as created_at",
    (value) => assert.deepStrictEqual(wrongFields({ id: "gen-1", created_at: value }), ["created_at"])
  )

  it.each(["total_cost", "latency", "native_tokens_prompt"])("refuses %s beyond the numbers", (field) => {
    assert.deepStrictEqual(wrongFields(JSON.parse(`{ "id": "gen-1", "${field}": 1e999 }`)), [field])
  })

  it.each([null, undefined, "gen-1", 1, [], [{ id: "gen-1" }]])("refuses %j for a record", (input) => {
    assert.isTrue(Either.isLeft(decode(input)))
  })

  it.effect.prop("encodes and decodes to the same record", [Generation], ([generation]) =>
    Effect.gen(function*() {
      const wire: unknown = JSON.parse(JSON.stringify(yield* encode(generation)))
      assert.deepStrictEqual(yield* decode(wire), JSON.parse(JSON.stringify(generation), revive(generation)))
    }))

  it.prop("decodes or refuses a record with any field replaced by anything, by its name", {
    record: Arbitrary.make(Generation).map(Schema.encodeSync(Generation)),
    value: FastCheck.jsonValue(),
    pick: FastCheck.nat()
  }, ({ pick, record, value }) => {
    const fields = Object.keys(record)
    const field = fields[pick % fields.length] ?? "id"
    const wrong = wrongFields({ ...record, [field]: value })
    assert.isTrue(wrong.every((path) => path.startsWith(field)), `${field}: ${wrong}`)
  })
})

/** JSON has no dates and no -0: what a record becomes when it has been through it. */
const revive = (generation: Generation) => (key: string, value: unknown) =>
  key === "createdAt" && generation.createdAt !== null && typeof value === "string" ? generation.createdAt : value
