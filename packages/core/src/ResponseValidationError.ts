/**
 * The error of a response that OpenRouter does not document.
 */
import * as Schema from "effect/Schema"
import { hideFields, visibleFields } from "./internal/error/hidden.js"
import { httpStatus } from "./internal/error/httpStatus.js"
import { requestFields } from "./internal/error/requestFields.js"
import { withDefault } from "./internal/schema/withDefault.js"

/**
 * The kind of a `ResponseValidationError`. `Unreadable`: the body is not JSON (empty, blank, cut off, HTML); for a `GET` it
 * counts as a broken connection. `TooLarge`: the body is larger than `maxBodySize`. `Invalid`: the JSON is not the record.
 */
export const ResponseValidationErrorReason = Schema.Literal("Unreadable", "TooLarge", "Invalid").annotations({
  identifier: "ResponseValidationErrorReason"
})

/** The kind of a `ResponseValidationError`. */
export type ResponseValidationErrorReason = typeof ResponseValidationErrorReason.Type

const fields = {
  /** The kind of fault. Only `Unreadable` is worth another attempt. */
  reason: withDefault(ResponseValidationErrorReason, "Invalid"),
  /**
   * The part that was wrong: the path of a field under OpenRouter's names (`total_cost`, `provider_responses[0].status`),
   * `data` for the envelope, `body` for a body that is not JSON or too large.
   */
  field: Schema.String,
  /** The expected and the received kind of value; the value is not quoted. */
  message: Schema.String,
  /** The body as text, of at most 65,536 characters, with the key removed. It can be read and is encoded; nothing prints it. */
  body: withDefault(Schema.String, ""),
  ...requestFields
}

/**
 * A 2XX response that is not the record: not JSON, no `data`, or a field of the wrong type.
 *
 * In an HttpApi its status is 502.
 */
export class ResponseValidationError extends Schema.TaggedError<ResponseValidationError>()(
  "ResponseValidationError",
  fields,
  httpStatus(502)
) {
  static {
    hideFields(this.prototype, ["body"])
  }

  /** Returns the fields without `body`. To send an error to another process, encode it with its Schema. */
  override toJSON(): unknown {
    return visibleFields(this)
  }
}
