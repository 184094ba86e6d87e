/**
 * One request to OpenRouter's API.
 */
import type * as Schema from "effect/Schema"

/** One request to OpenRouter's API, and the Schema of its response. */
export interface OpenRouterRequest<A, I> {
  /** A `GET` can be repeated. A `POST` that may have been processed is not sent again, unless it `isReadOnly`. */
  readonly method: "GET" | "POST"
  /** Path below the base URL, beginning with a slash, with its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /**
   * `true` for a `POST` that changes nothing, such as a query: it can be repeated.
   *
   * @default false
   */
  readonly isReadOnly?: boolean | undefined
  /** Schema of the `data` of the response. */
  readonly schema: Schema.Schema<A, I>
}
