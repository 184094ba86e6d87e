/**
 * The error of a request without a complete response.
 */
import * as Schema from "effect/Schema"
import { printStack } from "./internal/error/hidden.js"
import { httpStatus } from "./internal/error/httpStatus.js"
import { requestFields } from "./internal/error/requestFields.js"
import { orNull } from "./internal/schema/withDefault.js"

/**
 * No complete response arrived: the name was not found, the connection was refused or reset, or the body broke off.
 *
 * In an HttpApi its status is 502.
 */
export class ConnectionError extends Schema.TaggedError<ConnectionError>()(
  "ConnectionError",
  {
    ...requestFields,
    /** Method of the request. */
    method: Schema.String,
    /** URL of the request with its query, without credentials. */
    url: Schema.String,
    /** The transport's own code, if it had one: `ECONNREFUSED`, `ENOTFOUND`, `ECONNRESET`, `UND_ERR_SOCKET`, … */
    code: orNull(Schema.String),
    /** The transport's own words. */
    message: Schema.String
  },
  httpStatus(502)
) {
  static {
    printStack(this.prototype)
  }
}
