/**
 * One request to OpenRouter's API.
 */
import type * as Schema from "effect/Schema"

/** One request to OpenRouter's API, and what is expected back. */
export interface OpenRouterRequest<A, I> {
  /** `GET` is repeatable; a `POST` that may have been processed is not sent again. */
  readonly method: "GET" | "POST"
  /** Path below the base URL, beginning with a slash, with its query. */
  readonly path: string
  /** What is sent as JSON. */
  readonly body?: unknown
  /** Schema of the `data` of the response. */
  readonly schema: Schema.Schema<A, I>
}
