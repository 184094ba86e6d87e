/**
 * A failure that the emulator sends instead of its usual response.
 */
import type * as Duration from "effect/Duration"
import type { ReceivedRequest } from "./ReceivedRequest.js"

/** A failure that the emulator sends instead of its usual response. */
export interface Fault {
  /** The status, from 200 to 599. Without it, the request gets its usual response after `delay`. */
  readonly status?: number | undefined
  /** The body: text as it is (half a JSON, HTML, nothing), anything else as JSON. Default: OpenRouter's for the status. */
  readonly body?: unknown
  /** Additional headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The time to wait before the response. */
  readonly delay?: Duration.DurationInput | undefined
  /**
   * Selects the request that gets this fault: the next one for which this returns `true`. Requests that do not match leave
   * the fault in the queue.
   *
   * @default () => true
   */
  readonly when?: ((request: ReceivedRequest) => boolean) | undefined
}
