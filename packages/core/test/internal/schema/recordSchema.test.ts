// The installed parsers and the transformation of the same Schema agree, except that the transformation does not encode
// unknown fields that are named `__proto__` or like a field of the model.
import { Generation, GenerationContent } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, Schema, SchemaAST } from "effect"

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
