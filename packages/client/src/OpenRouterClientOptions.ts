/**
 * The options of a client.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Headers from "@effect/platform/Headers"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { OptionsConfig } from "./OptionsConfig.js"
import type { RetryPolicy } from "./RetryPolicy.js"

/** The base URL of OpenRouter's API. */
export const defaultBaseUrl = "https://openrouter.ai/api/v1"

/**
 * The variables of the environment that `OpenRouterClient.layerConfig` reads, by option. `apiKey` comes from the first of its
 * two that is set.
 */
export const environmentVariables = {
  apiKey: ["OPENROUTER_API_KEY", "OPENROUTER_API_KEY_AUTH"],
  baseUrl: "OPENROUTER_BASE_URL",
  httpReferer: "OPENROUTER_HTTP_REFERER",
  appTitle: "OPENROUTER_APP_TITLE",
  appCategories: "OPENROUTER_APP_CATEGORIES"
} as const

/** The options of a client. Only the key is required; `null` means that an option is not given. */
export interface OpenRouterClientOptions {
  /**
   * The API key, or an Effect that is run for each attempt, for keys that rotate. The key stays redacted until the header is
   * set, and is removed from every text that an error keeps. An Effect that takes longer than `timeout` fails the attempt.
   */
  readonly apiKey: Redacted.Redacted | Effect.Effect<Redacted.Redacted, OpenRouterError>
  /**
   * The base URL of the API: an absolute http or https URL, with or without a trailing slash. Credentials in it are not sent.
   *
   * @default "https://openrouter.ai/api/v1"
   */
  readonly baseUrl?: string | URL | undefined
  /**
   * The time of one attempt, its body included; more than 0. Over the global fetch of Node.js an attempt also ends after 300
   * seconds without a response head, or without a piece of the body.
   *
   * @default "15 seconds"
   */
  readonly timeout?: Duration.DurationInput | undefined
  /**
   * Time to make one connection: DNS, TCP and TLS together, through a proxy, too; more than 0. After that the attempt
   * fails with a `ConnectionError` whose code is `UND_ERR_CONNECT_TIMEOUT`. Only the layers of
   * `@effect-openrouter/client/node` honor it; other HTTP clients have their own limit.
   *
   * @default "10 seconds"
   */
  readonly connectTimeout?: Duration.DurationInput | undefined
  /**
   * If `true`, the trace headers `traceparent` and `b3` are sent to OpenRouter, a third party.
   *
   * @default false
   */
  readonly propagateTrace?: boolean | undefined
  /**
   * The policy of retries: an ordinary Schedule that receives the errors. One that ignores its input, such as
   * `Schedule.recurs(3)`, retries everything, a 401 too.
   *
   * @default RetryPolicy.standard
   */
  readonly retry?: RetryPolicy | undefined
  /**
   * The number of retries that all calls of this client may make while the server is down. A retry takes 1, after a timeout
   * 2. A call that ends with a response of a server that works returns what it took; one that succeeds at once adds 0.2. When
   * the budget is used up, errors are returned at once. `Infinity` turns it off.
   *
   * @default 100
   */
  readonly retryBudget?: number | undefined
  /**
   * An Effect that waits until the next attempt may be sent, retries included: a rate limit. It runs last, after
   * `transformAttempt` of the call. Its failure is that of the attempt, and its time is not part of the attempt's `timeout`.
   * For a limit that processes share, use `RateLimit.layer` of `@effect-openrouter/client/RateLimit` instead.
   */
  readonly rateLimit?: Effect.Effect<void, OpenRouterError> | undefined
  /** The URL of your app, for OpenRouter's rankings; sent as `HTTP-Referer`. */
  readonly httpReferer?: string | undefined
  /** The name of your app, for OpenRouter's rankings; sent as `X-OpenRouter-Title`. */
  readonly appTitle?: string | undefined
  /** The categories of your app; sent as `X-OpenRouter-Categories`, several with commas between them. */
  readonly appCategories?: string | ReadonlyArray<string> | undefined
  /**
   * Sent as `User-Agent`; browsers send their own.
   *
   * @default "effect-openrouter/VERSION"
   */
  readonly userAgent?: string | undefined
  /** More headers. `authorization` stays that of the key; headers that HTTP sets itself, such as `connection`, are rejected. */
  readonly headers?: Headers.Input | undefined
  /**
   * The number of bytes that are read of a response.
   *
   * @default 33_554_432
   */
  readonly maxBodySize?: number | undefined
}

/** The options of a client, each a value, a `Config` of it, or a `Config` of an `Option` of it. */
export type OpenRouterClientConfig = {
  readonly [Name in keyof OpenRouterClientOptions]?: OptionsConfig<OpenRouterClientOptions>[Name] | undefined
}
