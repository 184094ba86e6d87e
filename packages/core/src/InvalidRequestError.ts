/**
 * A request that was not sent.
 */
import * as Schema from "effect/Schema"

/** A request that was refused before anything was sent: an empty id, a bad base URL, a key that a header cannot carry. */
export class InvalidRequestError extends Schema.TaggedError<InvalidRequestError>(
  "@effect-openrouter/core/InvalidRequestError"
)("InvalidRequestError", {
  /** The option or argument that was wrong. */
  field: Schema.String,
  /** What is wrong with it, and what would be right; a secret is not quoted. */
  message: Schema.String
}) {}
