/**
 * What the next request is to meet instead of its answer.
 */
import type * as Duration from "effect/Duration"

/** What the next request is to meet instead of its answer. */
export interface Fault {
  /** The status, from 200 to 599. Without one the request is answered as usual, only late. */
  readonly status?: number | undefined
  /** The body: text as it is (half a JSON, HTML, nothing), anything else as JSON. Default: OpenRouter's for the status. */
  readonly body?: unknown
  /** Headers to send besides, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** How long to wait before answering. */
  readonly delay?: Duration.DurationInput | undefined
}
