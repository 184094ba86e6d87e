/**
 * The options of one call.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Headers from "@effect/platform/Headers"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { RetryPolicy } from "./RetryPolicy.js"

/** The options of one call, which replace those of the client. `null` means that an option is not given. */
export interface RequestOptions {
  /**
   * The API key of this call, such as that of another tenant, or an Effect that is run for each attempt. It is removed from
   * errors as the key of the client is.
   */
  readonly apiKey?: Redacted.Redacted | Effect.Effect<Redacted.Redacted, OpenRouterError> | undefined
  /** Headers in addition to those of the client. `authorization` stays that of the key. */
  readonly headers?: Headers.Input | undefined
  /** The policy of retries. */
  readonly retry?: RetryPolicy | undefined
  /** The time of one attempt, its body included; more than 0. */
  readonly timeout?: Duration.DurationInput | undefined
  /** The base URL of the API: an absolute http or https URL, with or without a trailing slash. */
  readonly baseUrl?: string | URL | undefined
  /**
   * Wraps every attempt of the call, retries included, outside of the attempt's timeout: to delay an attempt, or to observe
   * how each one ends.
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

/** Wraps an attempt. */
export interface TransformAttempt {
  <A>(attempt: Effect.Effect<A, OpenRouterError>): Effect.Effect<A, OpenRouterError>
}
