import { GenerationContent } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { fromContent } from "../src/GenerationContentResponse.js"

const input = (input: GenerationContent.Encoded["input"]) =>
  fromContent(Schema.decodeSync(GenerationContent)({ input })).data.input

describe("GenerationContentResponse", () => {
  it("has the input that was sent, and its unknown fields", () => {
    const unknownFields = {}
    assert.deepEqual(input({ prompt: "Why?" }), { prompt: "Why?", unknownFields })
    assert.deepEqual(input({ messages: [] }), { messages: [], unknownFields })
    assert.deepEqual(input({ prompt: "Why?", messages: [1] }), { prompt: "Why?", messages: [1], unknownFields })
    assert.deepEqual(input({ audio: "…" }), { prompt: null, unknownFields: { audio: "…" } })
    assert.isNull(input(null))
  })
})
