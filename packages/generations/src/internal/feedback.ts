import { FeedbackCategory } from "@effect-openrouter/core/FeedbackCategory"
import type { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import { type Checked, guard, rejectWith } from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"

const maxComment = 1000

/**
 * Checks feedback whose id was checked before, and returns it as it is sent. The rules are those of `GenerationFeedback`,
 * which a test compares: its filters and their messages would be in every bundle of `get`.
 */
export const checkFeedback = (feedback: GenerationFeedback): Checked<unknown> =>
  guard("feedback", () => {
    const { category, comment, generationId } = feedback
    if (!FeedbackCategory.literals.includes(category)) {
      return reject("category", `must be one of ${FeedbackCategory.literals.join(", ")}`)
    }
    if (comment === undefined) return Either.right({ generation_id: generationId, category })
    if (typeof comment !== "string") return reject("comment", "must be a string")
    return comment.length > maxComment
      ? reject("comment", `must have at most ${maxComment} characters`)
      : Either.right({ generation_id: generationId, category, comment })
  })

const reject = (field: string, rule: string) => rejectWith(field, `${field}: ${rule}`)
