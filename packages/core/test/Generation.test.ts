import { Generation } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Effect, Either, FastCheck, Schema } from "effect"
import { readFileSync } from "node:fs"
import { acceptedRecords, fixture } from "./fixtures.js"

const decode = Schema.decodeUnknownEither(Generation)
const encode = Schema.encode(Generation)

const decodeEffect = Schema.decodeUnknown(Generation)

const { validate } = Schema.standardSchemaV1(Generation)["~standard"]

const wrongFields = (input: unknown) => {
  const result = validate(input)
  if (result instanceof Promise) return assert.fail("not synchronous")
  return [...new Set(result.issues?.map(({ path }) => path?.map(String).join(".") ?? ""))]
}

describe("Generation", () => {
  it.effect.each(acceptedRecords)("decodes %s and encodes every field back", (name) =>
    Effect.gen(function*() {
      const { data } = fixture(name)
      const encoded = yield* Effect.flatMap(decodeEffect(data), encode)
      for (const [field, value] of Object.entries(data)) {
        if (field === "created_at") {
          assert.strictEqual(Date.parse(String(encoded[field])), Date.parse(String(value)))
        } else if (field === "provider_responses" && Array.isArray(value)) {
          value.forEach((attempt, index) => assert.deepInclude(encoded.provider_responses?.[index], attempt))
        } else assert.deepStrictEqual(encoded[field], value, field)
      }
    }))

  it("rejects money in a string, by the names of the fields", () => {
    assert.deepStrictEqual(wrongFields(fixture("rejected-string-money.json").data), ["total_cost", "usage", "latency"])
  })

  it("requires only an id, and decodes an absent field as null", () => {
    const { id, unknownFields, ...rest } = Either.getOrThrow(decode({ id: "gen-1" }))
    assert.strictEqual(id, "gen-1")
    assert.deepStrictEqual(unknownFields, {})
    assert.isTrue(Object.values(rest).every((value) => value === null))
    assert.deepStrictEqual(wrongFields({}), ["id"])
    assert.deepStrictEqual(wrongFields({ id: null }), ["id"])
  })

  it("keeps an unknown field as received", () => {
    const speed = { tokens: [1, 2] }
    const { unknownFields } = Either.getOrThrow(decode({ id: "gen-1", speed, model: "m" }))
    assert.deepStrictEqual(unknownFields, { speed })
    assert.strictEqual(unknownFields["speed"], speed)
  })

  it("keeps a field named __proto__ and does not set the prototype", () => {
    const generation = Either.getOrThrow(decode(JSON.parse(`{ "id": "gen-1", "__proto__": { "totalCost": 0 } }`)))
    assert.deepStrictEqual(Object.keys(generation.unknownFields), ["__proto__"])
    assert.strictEqual(Object.getPrototypeOf(generation.unknownFields), Object.prototype)
    assert.isNull(generation.totalCost)
  })

  it.effect.each([
    `{"id":"gen-1","__proto__":{"total_cost":999}}`,
    `{"id":"gen-1","provider_responses":[{"__proto__":{"status":503}}]}`
  ])("encodes %s back, and reads no field from the prototype", (text) =>
    Effect.gen(function*() {
      const generation = yield* decodeEffect(JSON.parse(text))
      assert.isNull(generation.totalCost)
      assert.isNotOk(generation.providerResponses?.[0]?.status)
      assert.include(JSON.stringify(yield* encode(generation)), `"__proto__":{`)
    }))

  it("keeps the unknown fields of attempts", () => {
    const { providerResponses } = Either.getOrThrow(
      decode({ id: "gen-1", provider_responses: [{ status: 503, region: "eu" }] })
    )
    assert.deepInclude(providerResponses?.[0], { status: 503, latency: null, unknownFields: { region: "eu" } })
  })

  it("keeps unknown values of enums", () => {
    const generation = Either.getOrThrow(decode({ id: "gen-1", api_type: "telepathy", data_region: "moon" }))
    assert.deepInclude(generation, { apiType: "telepathy", dataRegion: "moon" })
  })

  it.each([
    ["2026-07-21T09:59:00.123456+00:00", "2026-07-21T09:59:00.123Z"],
    ["2026-07-21T09:59:00.123Z", "2026-07-21T09:59:00.123Z"],
    ["2026-07-21T09:59:00Z", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T09:59:00+00:00", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T11:59:00+02:00", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T09:59:00", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21 09:59:00.123456+00", "2026-07-21T09:59:00.123Z"],
    ["2026-07-21 11:59:00+02", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21 09:59:00", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21 09:59:00 +0000", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21 09:59:00 UTC", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21t09:59:00z", "2026-07-21T09:59:00.000Z"],
    ["2026-07-21T05:29:00.5-0430", "2026-07-21T09:59:00.500Z"],
    ["2026-07-21T09:59:00.123456789Z", "2026-07-21T09:59:00.123Z"],
    [1784627940, "2026-07-21T09:59:00.000Z"],
    [1784627940.123, "2026-07-21T09:59:00.123Z"],
    [1784627940123, "2026-07-21T09:59:00.123Z"],
    [0, "1970-01-01T00:00:00.000Z"]
  ])("reads created_at %s as %s", (received, instant) => {
    const { createdAt } = Either.getOrThrow(decode({ id: "gen-1", created_at: received }))
    assert.isTrue(createdAt !== null && DateTime.isUtc(createdAt))
    assert.strictEqual(createdAt === null ? null : DateTime.formatIso(createdAt), instant)
  })

  it.each(["", "yesterday", "2026", "1753091940", "2026-13-41T25:00:00Z", 1e300, -1e300, true, {}])(
    "rejects %j as created_at",
    (value) => assert.deepStrictEqual(wrongFields({ id: "gen-1", created_at: value }), ["created_at"])
  )

  it.each(["total_cost", "latency", "native_tokens_prompt"])("rejects %s beyond the numbers", (field) => {
    assert.deepStrictEqual(wrongFields(JSON.parse(`{ "id": "gen-1", "${field}": 1e999 }`)), [field])
  })

  it.each([null, undefined, "gen-1", 1, [], [{ id: "gen-1" }]])("rejects %j for a record", (input) => {
    assert.isTrue(Either.isLeft(decode(input)))
  })

  it.effect.prop("encodes and decodes to the same record", [Generation], ([generation]) =>
    Effect.gen(function*() {
      const wire: unknown = JSON.parse(JSON.stringify(yield* encode(generation)))
      assert.deepStrictEqual(yield* decodeEffect(wire), generation)
    }))

  it.prop("decodes or rejects a record with any field replaced by anything, by its name", {
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

describe("Generation, described", () => {
  it.prop("makes plausible records for property tests", [Generation], ([generation]) => {
    assert.match(generation.id, /^gen-[\w-]+$/)
    for (const [name, value] of Object.entries(generation)) {
      if (name.startsWith("nativeTokens") || name.startsWith("tokens") || name.startsWith("num")) {
        assert.isTrue(value === null || Number.isInteger(value) && Number(value) >= 0, name)
      } else if (/cost|usage|latency|time$/i.test(name)) {
        assert.isTrue(value === null || Number.isFinite(value) && Number(value) >= 0, name)
      }
    }
    const { createdAt } = generation
    assert.isTrue(createdAt === null || DateTime.getPartUtc(createdAt, "year") >= 2023)
  })

  it.each(["Generation", "ProviderResponse", "GenerationContent"])(
    "describes the fields of %s as its docstrings do",
    (name) => {
      const source = readFileSync(new URL(`../src/${name}.ts`, import.meta.url), "utf8")
      const fields = [
        ...source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\s+\w+: Field\.\w+\(\s*(?:\w+,\s*)?("(?:[^"\\]|\\.)*")/g)
      ]
      assert.strictEqual(fields.length, source.match(/: Field\./g)?.length)
      for (const [, docstring = "", description = ""] of fields) {
        assert.strictEqual(
          JSON.parse(description),
          docstring.replaceAll(/\n\s*\*?/g, " ").replaceAll(/\s+/g, " ").trim()
        )
      }
    }
  )
})

describe("Generation.make", () => {
  it("completes the record and the records inside", () => {
    const createdAt = DateTime.unsafeMake("2026-07-21T09:59:00Z")
    const generation = Generation.make({
      id: "gen-1",
      createdAt,
      model: undefined,
      providerResponses: [{ status: 503 }]
    })
    assert.deepStrictEqual(
      generation,
      Schema.decodeUnknownSync(Generation)({
        id: "gen-1",
        created_at: "2026-07-21T09:59:00Z",
        provider_responses: [{ status: 503 }]
      })
    )
    assert.deepStrictEqual(Generation.make({ id: "gen-1", unknownFields: { speed: 1 } }).unknownFields, { speed: 1 })
  })

  it("throws for a field of the wrong type", () => {
    assert.throws(() => Generation.make({ id: "gen-1", totalCost: Number.NaN }), `["totalCost"]`)
    assert.throws(() => Generation.make({ id: "gen-1", ...{ usage: "0.1" } as {} }), "Expected a number, got a string")
    assert.throws(() => Generation.make({} as { readonly id: string }), `["id"]`)
  })
})

describe("Generation, from a hostile source", () => {
  const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels))

  it.effect("decodes 64 nested levels and encodes them again", () =>
    Effect.gen(function*() {
      const record = { id: "gen-1", added: nested(64) }
      const generation = yield* decodeEffect(record)
      assert.strictEqual((yield* encode(generation))["added"], record.added)
      assert.isTrue(Schema.equivalence(Generation)(generation, yield* decodeEffect(JSON.parse(JSON.stringify(record)))))
    }))

  it.each([65, 20_000])("rejects an unknown field with %i nested levels, by its name", (levels) => {
    assert.deepStrictEqual(wrongFields({ id: "gen-1", added: nested(levels) }), ["added"])
    assert.deepStrictEqual(
      wrongFields({ id: "gen-1", provider_responses: [{ added: nested(levels) }] }),
      ["provider_responses.0.added"]
    )
  })

  it("does not encode what it would not decode", () => {
    const generation = Generation.make({ id: "gen-1" })
    const encodeEither = Schema.encodeUnknownEither(Generation)
    assert.isTrue(Either.isLeft(encodeEither({ ...generation, unknownFields: { added: nested(20_000) } })))
    assert.isTrue(Either.isLeft(encodeEither({ ...generation, unknownFields: { added: 1n } })))
    assert.isTrue(Either.isLeft(encodeEither({ ...generation, unknownFields: null })))
    assert.isTrue(Either.isLeft(encodeEither({ ...generation, createdAt: "2026-07-21T09:59:00Z" })))
  })

  it.each([
    `{"__proto__":{"total_cost":9}}`,
    `{"constructor":{"prototype":{"total_cost":9}}}`,
    `{"unknownFields":{"a":1},"unknown_fields":[1]}`,
    `{"totalCost":9,"createdAt":"now"}`,
    `{"a\\u0000b":"\\u0000"}`,
    `{"\\ud800":"\\udfff"}`,
    `{"toString":null,"hasOwnProperty":1,"":2}`,
    `{"1":"one","0":"zero"}`
  ])("keeps %s through decode and encode", (text) => {
    const wire: object = JSON.parse(text)
    const generation = Either.getOrThrow(
      decode({ ...JSON.parse(`{"id":"gen-1"}`), ...Object.fromEntries(Object.entries(wire)) })
    )
    const record = JSON.parse(text.replace("{", `{"id":"gen-1",`))
    const kept = Either.getOrThrow(decode(record))
    assert.isNull(generation.totalCost)
    assert.strictEqual(JSON.stringify(kept.unknownFields), JSON.stringify(wire))
    const encoded = JSON.stringify(Effect.runSync(encode(kept)))
    for (const [key, value] of Object.entries(wire)) {
      assert.include(encoded, `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    }
    assert.deepStrictEqual(Either.getOrThrow(decode(JSON.parse(encoded))), kept)
  })

  it.effect.prop(
    "keeps every double that money can be",
    [FastCheck.double({ noNaN: true, noDefaultInfinity: true })],
    ([cost]) =>
      Effect.gen(function*() {
        const wire = JSON.stringify({ id: "gen-1", total_cost: cost })
        const encoded = JSON.stringify(yield* Effect.flatMap(decodeEffect(JSON.parse(wire)), encode))
        assert.strictEqual(JSON.parse(encoded).total_cost, JSON.parse(wire).total_cost)
      })
  )
})
