/**
 * A call that its caller ended.
 */
import * as Schema from "effect/Schema"

/** The call's signal was aborted, or the client was closed, before there was an answer. */
export class RequestAbortedError extends Schema.TaggedError<RequestAbortedError>(
  "@effect-openrouter/promise/RequestAbortedError"
)("RequestAbortedError", {
  /** Which of the two it was. */
  message: Schema.String,
  /** The signal's `reason`; `undefined` when the client was closed. */
  cause: Schema.Unknown
}) {}
