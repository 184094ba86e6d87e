import * as Schema from "effect/Schema"
import { orNull, withDefault } from "../schema/withDefault.js"

/** The fields that identify the request that an error belongs to. */
export const requestFields = {
  /** Method of the request; `null` if it is unknown. */
  method: orNull(Schema.String),
  /** URL of the request with its query, which names the generation; without credentials. `null` if it is unknown. */
  url: orNull(Schema.String),
  /**
   * The identifier that the server or its edge gave to the response: `x-request-id`, else `request-id`, else `cf-ray`.
   * `null` if there was none.
   */
  requestId: orNull(Schema.String),
  /** Number of requests that the call sent, this one included. */
  attempts: withDefault(Schema.Int, 1)
}
