/**
 * An answer that is not what OpenRouter documents.
 */
import * as Schema from "effect/Schema"

/** A 2XX answer that is not the record: not JSON, no `data`, or a field of the wrong type. */
export class ResponseValidationError extends Schema.TaggedError<ResponseValidationError>(
  "@effect-openrouter/core/ResponseValidationError"
)("ResponseValidationError", {
  /**
   * What was wrong: the path of a field under OpenRouter's names (`total_cost`, `provider_responses[0].status`), `data`
   * for the envelope, `body` for an answer that is not JSON.
   */
  field: Schema.String,
  /** What was expected and what kind of value came; it does not quote the value. */
  message: Schema.String,
  /** The body as text, of at most 65,536 characters, with the key taken out. */
  body: Schema.String
}) {}
