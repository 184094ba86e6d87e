import { GenerationResponse } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { fixture } from "./fixtures.js"

const decode = Schema.decodeUnknownEither(GenerationResponse)

describe("GenerationResponse", () => {
  it("decodes the record in its envelope", () => {
    const { data } = Either.getOrThrow(decode(fixture("live-2026-08-byok.json")))
    assert.deepInclude(data, { id: "gen-sample-10", isByok: true, upstreamInferenceCost: 0.0008942 })
  })

  it.each([{}, { data: null }, { data: [] }])("rejects %j", (body) => assert.isTrue(Either.isLeft(decode(body))))
})
