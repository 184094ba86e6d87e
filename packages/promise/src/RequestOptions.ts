/**
 * The options of one call.
 */
import type { RetryConfig } from "./RetryConfig.js"

/** The options of `fetch` for one call. A redirect is never followed, because the key would be sent to its target. */
export type FetchOptions = {
  readonly [Name in Exclude<keyof RequestInit, "method" | "body">]?: RequestInit[Name] | undefined
}

/**
 * The options of one call, which replace those of the client. The options of `fetch` may be given here or in `fetchOptions`.
 * `signal` ends the call at once with a `RequestAbortedError`. `headers` are sent in addition to those of the client, and
 * `authorization` stays that of the key. `null` means that an option is not given.
 */
export interface RequestOptions extends FetchOptions {
  /**
   * The time of one attempt in milliseconds, its body included, also beside a `signal`. Less than 0 means no limit.
   *
   * @default the option of the client
   */
  readonly timeoutMs?: number | undefined
  /**
   * The retries of the call.
   *
   * @default the `retryConfig` of the client
   */
  readonly retries?: RetryConfig | undefined
  /**
   * The statuses to retry, each a number (`429`, `"429"`) or a family (`"5XX"`).
   *
   * @default ["5XX"] with `retries` or the client's `retryConfig`
   */
  readonly retryCodes?: ReadonlyArray<string | number> | undefined
  /** The base URL of the API: an absolute http or https URL. */
  readonly serverURL?: string | URL | undefined
  /** The options of `fetch`. The same options given directly take precedence. */
  readonly fetchOptions?: FetchOptions | undefined
}
