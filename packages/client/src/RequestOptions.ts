/**
 * What one call may set for itself.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Headers from "@effect/platform/Headers"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { RetryPolicy } from "./RetryPolicy.js"

/** What one call may set for itself, over the options of the client's layer. */
export interface RequestOptions {
  /** Headers to send besides those of the client; `authorization` stays the client's. */
  readonly headers?: Headers.Input | undefined
  /** Which failures are tried again, and when. */
  readonly retry?: RetryPolicy | undefined
  /** How long one attempt may take, its body included; more than 0. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Where the API is: an absolute http or https URL, with or without a trailing slash. */
  readonly baseUrl?: string | undefined
  /**
   * Put around every attempt of the call, retries included and outside of the attempt's timeout: to hold an attempt back,
   * or to look at how each one ended.
   */
  readonly transformAttempt?: TransformAttempt | undefined
  /**
   * Returns `true` for an error that the caller handles itself, as a poll does that asks again later. The call fails with it
   * at once: the retry policy and the retry budget do not see it, and an expected 404 is not logged as a failed request.
   *
   * @default () => false
   */
  readonly isExpected?: ((error: OpenRouterError) => boolean) | undefined
}

/** What is put around an attempt. */
export interface TransformAttempt {
  <A>(attempt: Effect.Effect<A, OpenRouterError>): Effect.Effect<A, OpenRouterError>
}
