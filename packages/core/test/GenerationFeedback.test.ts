import { GenerationFeedback } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"

const encode = Schema.encodeUnknownEither(GenerationFeedback)

describe("GenerationFeedback", () => {
  it("is sent under OpenRouter's names", () => {
    assert.deepStrictEqual(
      Either.getOrThrow(encode({ generationId: "gen-1", category: "billing", comment: "twice" })),
      { generation_id: "gen-1", category: "billing", comment: "twice" }
    )
    assert.deepStrictEqual(
      Either.getOrThrow(encode({ generationId: "gen-1", category: "other" })),
      { generation_id: "gen-1", category: "other" }
    )
  })

  it("accepts a comment of 1000 characters and rejects one of 1001", () => {
    const withComment = (length: number) =>
      encode({ generationId: "gen-1", category: "other", comment: "x".repeat(length) })
    assert.isTrue(Either.isRight(withComment(1000)))
    assert.isTrue(Either.isLeft(withComment(1001)))
  })

  it.each([{ generationId: "", category: "other" }, { generationId: "gen-1", category: "praise" }])(
    "rejects %j",
    (feedback) => assert.isTrue(Either.isLeft(encode(feedback)))
  )
})
