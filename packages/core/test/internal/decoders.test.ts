// The Schemas that calls use decode as the public ones do.
import { Generation, GenerationContent } from "@effect-openrouter/core"
import { GenerationContentDecoder, GenerationDecoder } from "@effect-openrouter/core/internal/decoders"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, Schema } from "effect"

const suite = <A, I extends object>(full: Schema.Schema<A, I>, decoder: Schema.Schema<A, unknown>) => {
  const records = Arbitrary.make(full).map(Schema.encodeSync(full))
  const agree = (input: unknown) =>
    assert.deepStrictEqual(
      Either.getRight(Schema.decodeUnknownEither(decoder)(input)),
      Either.getRight(Schema.decodeUnknownEither(full)(input))
    )

  it.prop("agrees on records", [records], ([record]) => agree(record))

  it.prop("agrees on records with any field replaced by anything, or without it", {
    record: records,
    value: FastCheck.anything({ withNullPrototype: true }),
    pick: FastCheck.nat()
  }, ({ pick, record, value }) => {
    const fields = Object.keys(record)
    const field = fields[pick % fields.length] ?? ""
    agree({ ...record, [field]: value })
    agree(Object.fromEntries(Object.entries(record).filter(([name]) => name !== field)))
  })

  it.prop("agrees on anything", [FastCheck.anything()], ([value]) => agree(value))

  it("does not encode", () => assert.isTrue(Either.isLeft(Schema.encodeUnknownEither(decoder)({ id: "gen-1" }))))
}

describe("GenerationDecoder", () => {
  suite(Generation, GenerationDecoder)
})

describe("GenerationContentDecoder", () => {
  suite(GenerationContent, GenerationContentDecoder)
})
