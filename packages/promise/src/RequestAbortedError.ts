/**
 * The error of a call that its caller ended.
 */
import { printStack } from "@effect-openrouter/core/internal/error/hidden"
import * as Schema from "effect/Schema"

/** The signal of the call was aborted, or the client was closed, before there was a response. */
export class RequestAbortedError extends Schema.TaggedError<RequestAbortedError>()("RequestAbortedError", {
  /** States which of the two happened. */
  message: Schema.String,
  /** The signal's `reason`; `undefined` when the client was closed. */
  cause: Schema.Unknown
}) {
  static {
    printStack(this.prototype)
  }
}
