// The fast path and the Schema agree on whatever comes.
import { Generation, GenerationContent } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, ParseResult, Schema } from "effect"
import { makeDecoder } from "../../../src/internal/response/decoder.js"

const agree = <A, I>(schema: Schema.Schema<A, I>, input: unknown) =>
  assert.deepStrictEqual(makeDecoder(schema)(input), ParseResult.decodeUnknownEither(schema)(input))

const kinds: ReadonlyArray<Schema.Schema.AnyNoContext> = [
  Schema.String,
  Schema.Finite,
  Schema.Boolean,
  Schema.Unknown,
  Schema.Null,
  Schema.Literal("a", 1, null),
  Schema.NullOr(Schema.String),
  Schema.Union(Schema.Literal("a"), Schema.String, Schema.Finite),
  Schema.Array(Schema.Finite),
  Schema.Tuple(Schema.String, Schema.Finite),
  Schema.NonEmptyArray(Schema.String),
  Schema.Struct({}),
  Schema.Struct({ a: Schema.String, b: Schema.optional(Schema.NumberFromString) }),
  Schema.Struct({ a: Schema.optionalWith(Schema.String, { default: () => "x" }) }),
  Schema.Record({ key: Schema.String, value: Schema.Finite }),
  Schema.rename(Schema.Struct({ a: Schema.String }), { a: "b" }),
  Schema.NumberFromString,
  Schema.transform(Schema.String, Schema.NumberFromString, { decode: (text) => text, encode: (text) => text }),
  Schema.compose(Schema.NumberFromString, Schema.Positive),
  Schema.Struct({ a: Schema.String }).annotations({ parseOptions: { onExcessProperty: "error" } }),
  Schema.Struct({ a: Schema.Struct({ b: Schema.optional(Schema.String) }) }).annotations({
    parseOptions: { onExcessProperty: "preserve" }
  }),
  Schema.Option(Schema.String),
  Schema.Date,
  Schema.parseJson(Schema.Struct({ a: Schema.Finite })),
  Schema.suspend(() => Schema.String)
]

describe("decoder", () => {
  it.prop(
    "agrees with the Schema on records",
    [Generation],
    ([generation]) => agree(Generation, Schema.encodeSync(Generation)(generation))
  )

  it.prop("agrees with the Schema on records with any field replaced by anything", {
    record: Arbitrary.make(Generation).map(Schema.encodeSync(Generation)),
    value: FastCheck.anything({ withNullPrototype: true }),
    pick: FastCheck.nat()
  }, ({ pick, record, value }) => {
    const fields = Object.keys(record)
    agree(Generation, { ...record, [fields[pick % fields.length] ?? ""]: value })
  })

  it.prop(
    "agrees with the Schema on records with any field taken away",
    [Generation, FastCheck.nat()],
    ([record, pick]) => {
      const { [Object.keys(record)[pick % Object.keys(record).length] as "model"]: _, ...rest } = Schema.encodeSync(
        Generation
      )(record)
      agree(Generation, rest)
    }
  )

  it.prop("agrees with the Schema on contents", [GenerationContent, FastCheck.anything()], ([content, value]) => {
    const encoded = Schema.encodeSync(GenerationContent)(content)
    agree(GenerationContent, encoded)
    agree(GenerationContent, { ...encoded, input: value })
    agree(GenerationContent, { ...encoded, error: { previous_errors: [value] } })
  })

  it.prop("agrees with the Schema on anything", [FastCheck.anything()], ([value]) => {
    agree(Generation, value)
    agree(GenerationContent, value)
  })

  it.each(kinds.map((schema) => [String(schema), schema] as const))("agrees with %s", (_, schema) => {
    const encoded = Arbitrary.make(schema).map((value) => Schema.encodeUnknownSync(schema)(value))
    const agrees = FastCheck.property(FastCheck.oneof(encoded, FastCheck.anything()), (value) => agree(schema, value))
    assert.isFalse(FastCheck.check(agrees).failed)
  })

  it.each([
    `{"id":"gen-1","__proto__":{"total_cost":999}}`,
    `{"id":"gen-1","provider_responses":[{"__proto__":{"status":503}}]}`
  ])("agrees with the Schema on %s, and takes nothing from it", (text) => {
    agree(Generation, JSON.parse(text))
    const generation = Either.getOrThrow(makeDecoder(Generation)(JSON.parse(text)))
    assert.isNull(generation.totalCost)
    assert.isNotOk(generation.providerResponses?.[0]?.status)
  })

  it("is compiled once", () => {
    assert.strictEqual(makeDecoder(Generation), makeDecoder(Generation))
    assert.isTrue(Either.isRight(makeDecoder(Generation)({ id: "gen-1" })))
  })
})
