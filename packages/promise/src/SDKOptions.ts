/**
 * The options of a client.
 */
import type { Fetcher, HTTPClient } from "./HTTPClient.js"
import type { RetryConfig } from "./RetryConfig.js"

/** An API key, or a function that returns one. The function is called once for each call of the client. */
export type ApiKey = string | (() => string | Promise<string>)

/**
 * The options of a client. Those that are missing or `null` come from the environment, whose empty variables count as missing.
 * Blanks around a variable are removed.
 */
export interface SDKOptions {
  /**
   * The API key. If a function fails, or returns no key within the timeout, the call fails with an `InvalidRequestError`.
   *
   * @default OPENROUTER_API_KEY of the environment, else OPENROUTER_API_KEY_AUTH
   */
  readonly apiKey?: ApiKey | undefined
  /** Another place for the API key. `apiKey` takes precedence. */
  readonly security?: { readonly apiKeyAuth?: ApiKey | undefined } | undefined
  /**
   * The base URL of the API: an absolute http or https URL.
   *
   * @default OPENROUTER_BASE_URL of the environment, else "https://openrouter.ai/api/v1"
   */
  readonly serverURL?: string | URL | undefined
  /** The name of the server, whatever the environment says. */
  readonly server?: "production" | undefined
  /**
   * The time of one attempt in milliseconds, its body included. Less than 0 means no limit.
   *
   * @default 15_000
   */
  readonly timeoutMs?: number | undefined
  /**
   * The retries of each call.
   *
   * @default connection failures, timeouts, 408, 429, 500, 502, 503, 504, 524 and 529; 3 times and for 60 seconds at most
   */
  readonly retryConfig?: RetryConfig | undefined
  /**
   * The URL of your app, for OpenRouter's rankings.
   *
   * @default OPENROUTER_HTTP_REFERER of the environment
   */
  readonly httpReferer?: string | undefined
  /**
   * The name of your app, for OpenRouter's rankings.
   *
   * @default OPENROUTER_APP_TITLE of the environment
   */
  readonly appTitle?: string | undefined
  /**
   * The categories of your app, separated by commas.
   *
   * @default OPENROUTER_APP_CATEGORIES of the environment
   */
  readonly appCategories?: string | undefined
  /** Sent as `User-Agent`. Browsers send their own. */
  readonly userAgent?: string | undefined
  /** Makes the requests in place of the global `fetch`: an `HTTPClient`, or any object with its `request`. */
  readonly httpClient?: Pick<HTTPClient, "request"> | undefined
  /** Makes the requests in place of the global `fetch`. It gets a `Request`. */
  readonly fetcher?: Fetcher | undefined
  /** Has no effect: options of OpenRouter's own client are accepted. */
  readonly debugLogger?: unknown
}
