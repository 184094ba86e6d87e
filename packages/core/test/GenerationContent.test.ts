import { GenerationContent } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Schema } from "effect"
import { fixture } from "./fixtures.js"

const decode = Schema.decodeUnknownEither(GenerationContent)

describe("GenerationContent", () => {
  it("decodes the content of a failed generation, every upstream attempt with it", () => {
    const content = Either.getOrThrow(decode(fixture("content-failed-generation.json").data))
    assert.strictEqual(content.error?.status, 504)
    assert.strictEqual(content.error?.previousErrors?.[0]?.providerName, "Google")
    assert.isNull(content.output?.completion)
    assert.deepStrictEqual(content.input?.messages, [{ content: "What is the meaning of life?", role: "user" }])
    assert.isNull(content.input?.prompt)
  })

  it("decodes a prompt, and what is absent as null", () => {
    const content = Either.getOrThrow(decode({ input: { prompt: "Hello" }, added: 1 }))
    assert.deepStrictEqual(content, {
      input: { prompt: "Hello", messages: null, unknownFields: {} },
      output: null,
      error: null,
      unknownFields: { added: 1 }
    })
  })

  it.each([[{ output: "text" }], [{ input: { messages: "text" } }], [[]], ["text"]])("rejects %j", (input) => {
    assert.isTrue(Either.isLeft(decode(input)))
  })

  it.effect("encodes back to OpenRouter's names", () =>
    Effect.gen(function*() {
      const { data } = fixture("content-failed-generation.json")
      const encoded = yield* Effect.flatMap(
        Schema.decodeUnknown(GenerationContent)(data),
        Schema.encode(GenerationContent)
      )
      assert.deepStrictEqual(encoded.error, data["error"])
      assert.deepStrictEqual(encoded.output, data["output"])
    }))
})
