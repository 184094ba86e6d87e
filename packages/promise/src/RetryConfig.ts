/**
 * The configuration of retries.
 */
import type { BackoffConfig } from "@effect-openrouter/client/RetryPolicy"

/** The configuration of retries, field for field as in OpenRouter's own client. `retryCodes` are an option of the call. */
export type RetryConfig =
  | { readonly strategy: "none" }
  | Pick<BackoffConfig, "backoff" | "retryConnectionErrors"> & { readonly strategy: "backoff" }
