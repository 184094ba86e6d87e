/**
 * The error of an attempt that took too long.
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { printStack } from "./internal/error/hidden.js"
import { httpStatus } from "./internal/error/httpStatus.js"
import { requestFields } from "./internal/error/requestFields.js"

/**
 * One attempt, including its body, took longer than `timeout`.
 *
 * In an HttpApi its status is 504.
 */
export class RequestTimeoutError extends Schema.TaggedError<RequestTimeoutError>()(
  "RequestTimeoutError",
  {
    /** The time that the attempt was allowed to take. */
    timeout: Schema.DurationFromMillis,
    ...requestFields
  },
  httpStatus(504)
) {
  static {
    printStack(this.prototype)
  }

  /** States the time that the attempt was allowed to take. */
  override get message(): string {
    return `OpenRouter did not answer within ${Duration.format(this.timeout)}`
  }
}
