/**
 * One request to OpenRouter's API.
 */
import type * as Schema from "effect/Schema"

/** One request to OpenRouter's API, and the Schema of its response. */
export interface OpenRouterRequest<A, I> {
  /** A `GET` can be repeated. A `POST` that may have been processed is not sent again. */
  readonly method: "GET" | "POST"
  /** Path below the base URL, beginning with a slash, with its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Schema of the `data` of the response. */
  readonly schema: Schema.Schema<A, I>
}
