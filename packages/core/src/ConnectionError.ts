/**
 * No answer: the connection could not be made, or broke.
 */
import * as Schema from "effect/Schema"
import { orNull } from "./internal/schema/orNull.js"

/** No answer arrived whole: the name was not found, the connection was refused, reset, or broke off in the body. */
export class ConnectionError extends Schema.TaggedError<ConnectionError>("@effect-openrouter/core/ConnectionError")(
  "ConnectionError",
  {
    /** Method of the request. */
    method: Schema.String,
    /** URL of the request, without credentials. */
    url: Schema.String,
    /** The transport's own code, where it had one: `ECONNREFUSED`, `ENOTFOUND`, `ECONNRESET`, `UND_ERR_SOCKET`, … */
    code: orNull(Schema.String),
    /** What the transport said. */
    message: Schema.String
  }
) {}
