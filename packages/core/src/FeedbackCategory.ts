/**
 * What a piece of feedback on a generation is about.
 */
import * as Schema from "effect/Schema"

/** What a piece of feedback is about. Closed: we send it, and OpenRouter refuses any other value. */
export const FeedbackCategory = Schema.Literal(
  "latency",
  "incoherence",
  "incorrect_response",
  "formatting",
  "billing",
  "api_error",
  "other"
).annotations({ identifier: "FeedbackCategory" })

/** What a piece of feedback is about. */
export type FeedbackCategory = typeof FeedbackCategory.Type
