/**
 * The subject of a piece of feedback on a generation.
 */
import * as Schema from "effect/Schema"

/** The subject of a piece of feedback. Closed: OpenRouter rejects any other value. */
export const FeedbackCategory = Schema.Literal(
  "latency",
  "incoherence",
  "incorrect_response",
  "formatting",
  "billing",
  "api_error",
  "other"
).annotations({ identifier: "FeedbackCategory" })

/** The subject of a piece of feedback. */
export type FeedbackCategory = typeof FeedbackCategory.Type
