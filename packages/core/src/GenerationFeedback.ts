/**
 * Feedback on a generation, as it is sent to OpenRouter.
 */
import * as Schema from "effect/Schema"
import { FeedbackCategory } from "./FeedbackCategory.js"

/** Feedback on a generation, as it is sent to OpenRouter (with a management key). */
export const GenerationFeedback = Schema.Struct({
  /** The generation that the feedback is about; at least 1 character. */
  generationId: Schema.propertySignature(
    Schema.NonEmptyString.annotations({ message: () => "must have at least 1 character" })
  ).pipe(Schema.fromKey("generation_id")),
  /** The subject of the feedback. */
  category: FeedbackCategory,
  /** A comment in free text, of at most 1000 characters. */
  comment: Schema.optional(
    Schema.String.pipe(Schema.maxLength(1000, { message: () => "must have at most 1000 characters" }))
  )
}).annotations({ identifier: "GenerationFeedback" })

/** Feedback on a generation. */
export type GenerationFeedback = typeof GenerationFeedback.Type
