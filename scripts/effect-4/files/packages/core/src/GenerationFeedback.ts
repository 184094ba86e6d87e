/**
 * Feedback on a generation, as it is sent to OpenRouter.
 */
import * as Schema from "effect/Schema"
import { FeedbackCategory } from "./FeedbackCategory.js"

/** Feedback on a generation, as it is sent to OpenRouter (with a management key). */
export const GenerationFeedback = Schema.Struct({
  /** The generation that the feedback is about; at least 1 character. */
  generationId: Schema.String.check(Schema.isMinLength(1, { message: "must have at least 1 character" })),
  /** The subject of the feedback. */
  category: FeedbackCategory,
  /** A comment in free text, of at most 1000 characters. */
  comment: Schema.optional(
    Schema.String.check(Schema.isMaxLength(1000, { message: "must have at most 1000 characters" }))
  )
}).annotate({ identifier: "GenerationFeedback" }).pipe(Schema.encodeKeys({ generationId: "generation_id" }))

/** Feedback on a generation. */
export type GenerationFeedback = typeof GenerationFeedback.Type
