/**
 * A request as the emulator received it.
 */
import type * as Headers from "@effect/platform/Headers"

/** A request as the emulator received it. */
export interface ReceivedRequest {
  readonly method: string
  /** Path and query, such as `/api/v1/generation?id=gen-1`. */
  readonly url: string
  /** By lower-case name. `authorization` has the key as it was sent. */
  readonly headers: Headers.Headers
  /** The body as text; empty if there was none. */
  readonly body: string
}
