import { FeedbackCategory, GenerationFeedback } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck, Schema } from "effect"
import { checkFeedback } from "../../src/internal/feedback.js"

const encode = Schema.encodeUnknownEither(GenerationFeedback)

/** Feedback with any category and comment, and often valid ones. */
const feedback = FastCheck.record({
  generationId: FastCheck.constant("gen-1"),
  category: FastCheck.oneof(FastCheck.constantFrom(...FeedbackCategory.literals), FastCheck.anything()),
  comment: FastCheck.oneof(FastCheck.string({ size: "large" }), FastCheck.anything())
}, { requiredKeys: ["generationId", "category"] })

/** Returns what is sent, without members that are `undefined`, or `null` for feedback that is not sent. */
const sent = (checked: Either.Either<unknown, unknown>): unknown =>
  JSON.parse(JSON.stringify(Either.getOrNull(checked)))

describe("checkFeedback", () => {
  it.prop("agrees with the Schema", [feedback], ([feedback]) => {
    assert.deepStrictEqual(sent(checkFeedback(feedback as GenerationFeedback)), sent(encode(feedback)))
  })

  it.each([1000, 1001])("agrees with the Schema on a comment of %d characters", (length) => {
    const feedback = { generationId: "gen-1", category: "other", comment: "x".repeat(length) } as const
    assert.strictEqual(Either.isRight(checkFeedback(feedback)), Either.isRight(encode(feedback)))
  })
})
