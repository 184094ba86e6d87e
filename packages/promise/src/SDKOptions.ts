/**
 * What a client can be told.
 */
import type { Fetcher, HTTPClient } from "./HTTPClient.js"
import type { RetryConfig } from "./RetryConfig.js"

/** An API key, or a function that gives one: it is called once for each call of the client. */
export type ApiKey = string | (() => string | Promise<string>)

/** Everything that a client can be told; the key may come from the environment. */
export interface SDKOptions {
  /**
   * The API key. A function that fails, or gives no key within the timeout, fails the call with an `InvalidRequestError`.
   *
   * @default the environment's OPENROUTER_API_KEY, else OPENROUTER_API_KEY_AUTH
   */
  readonly apiKey?: ApiKey | undefined
  /** Another place for the API key; `apiKey` comes first. */
  readonly security?: { readonly apiKeyAuth?: ApiKey | undefined } | undefined
  /**
   * Where the API is: an absolute http or https URL.
   *
   * @default the environment's OPENROUTER_BASE_URL, else "https://openrouter.ai/api/v1"
   */
  readonly serverURL?: string | undefined
  /** Where the API is, by name, whatever the environment says. */
  readonly server?: "production" | undefined
  /**
   * How long one attempt may take, its body included, in milliseconds. Below 0: for ever.
   *
   * @default 15_000
   */
  readonly timeoutMs?: number | undefined
  /**
   * Which failures are tried again, and when.
   *
   * @default connection failures, timeouts, 408, 429, 500, 502, 503, 504, 524 and 529; 3 times and for 60 seconds at most
   */
  readonly retryConfig?: RetryConfig | undefined
  /** The URL of your app, for OpenRouter's rankings. Else: the environment's OPENROUTER_HTTP_REFERER. */
  readonly httpReferer?: string | undefined
  /** The name of your app, for OpenRouter's rankings. Else: the environment's OPENROUTER_APP_TITLE. */
  readonly appTitle?: string | undefined
  /** The categories of your app, with commas between them. Else: the environment's OPENROUTER_APP_CATEGORIES. */
  readonly appCategories?: string | undefined
  /** Sent as `User-Agent`; browsers send their own. */
  readonly userAgent?: string | undefined
  /** Makes the requests in place of the global `fetch`: an `HTTPClient`, or whatever has its `request`. */
  readonly httpClient?: Pick<HTTPClient, "request"> | undefined
  /** Makes the requests in place of the global `fetch`, which it is shaped like; it is given a `Request`. */
  readonly fetcher?: Fetcher | undefined
}
