/**
 * What one call may set for itself.
 */
import type { RetryConfig } from "./RetryConfig.js"

/** What one call may give to `fetch`. A redirect is never followed: the key would travel with it. */
export type FetchOptions = {
  readonly [Name in Exclude<keyof RequestInit, "method" | "body">]?: RequestInit[Name] | undefined
}

/**
 * What one call may set for itself, over the options of the client. What `fetch` takes may be given here or in
 * `fetchOptions`. `signal` ends the call at once with a `RequestAbortedError`; `headers` are sent besides those of the
 * client, and `authorization` stays the client's.
 */
export interface RequestOptions extends FetchOptions {
  /** How long one attempt may take, its body included, in milliseconds; with a `signal`, too. Below 0: for ever. */
  readonly timeoutMs?: number | undefined
  /** Which failures are tried again, and when. */
  readonly retries?: RetryConfig | undefined
  /**
   * The statuses that are tried again, each a number (`"429"`) or a family (`"5XX"`).
   *
   * @default ["5XX"] with `retries` or the client's `retryConfig`
   */
  readonly retryCodes?: ReadonlyArray<string> | undefined
  /** Where the API is: an absolute http or https URL. */
  readonly serverURL?: string | URL | undefined
  /** What `fetch` takes; the same given directly comes first. */
  readonly fetchOptions?: FetchOptions | undefined
}
