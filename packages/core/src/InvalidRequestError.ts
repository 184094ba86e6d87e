/**
 * The error of a request that was not sent.
 */
import * as Schema from "effect/Schema"
import { printStack } from "./internal/error/hidden.js"
import { httpStatus } from "./internal/error/httpStatus.js"

/**
 * The request was rejected before anything was sent: an empty id, a bad base URL, a key that a header cannot carry.
 *
 * In an HttpApi its status is 400.
 */
export class InvalidRequestError extends Schema.TaggedError<InvalidRequestError>()(
  "InvalidRequestError",
  {
    /** The option or argument that was wrong. */
    field: Schema.String,
    /** The problem and the rule; a secret is not quoted. */
    message: Schema.String
  },
  httpStatus(400)
) {
  static {
    printStack(this.prototype)
  }
}
