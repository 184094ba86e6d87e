/**
 * What a client can be told.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Headers from "@effect/platform/Headers"
import type * as Config from "effect/Config"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { RetryPolicy } from "./RetryPolicy.js"

/** Everything that a client can be told; only the key is needed. */
export interface OpenRouterClientOptions {
  /** The API key. It stays redacted until the header is set, and is taken out of every text that an error keeps. */
  readonly apiKey: Redacted.Redacted
  /**
   * Where the API is: an absolute http or https URL, with or without a trailing slash; credentials in it are not sent.
   *
   * @default "https://openrouter.ai/api/v1"
   */
  readonly baseUrl?: string | undefined
  /**
   * How long one attempt may take, its body included; more than 0. Over the global fetch of Node.js an attempt also ends
   * after 300 seconds without a response head, or without a piece of the body.
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
   * Send the trace headers `traceparent` and `b3` to OpenRouter, a third party.
   *
   * @default false
   */
  readonly propagateTrace?: boolean | undefined
  /**
   * Which failures are tried again, and when. An ordinary Schedule: one that does not look at its input, such as
   * `Schedule.recurs(3)`, retries everything, a 401 too.
   *
   * @default RetryPolicy.standard
   */
  readonly retry?: RetryPolicy | undefined
  /**
   * How many retries the calls of this client may make, together, while the server is down: a retry takes 1, after a
   * timeout 2; a call that is answered in the end gives back what it took, one that succeeds at once 0.2. When it is used
   * up, failures are returned at once. `Infinity` turns it off.
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
  /** Headers to send besides; `authorization` stays the key's. */
  readonly headers?: Headers.Input | undefined
  /**
   * How much of an answer is read, in bytes.
   *
   * @default 33_554_432
   */
  readonly maxBodySize?: number | undefined
}

/** The options of a client, each a value or a `Config` of one. */
export type OpenRouterClientConfig = {
  readonly [Name in keyof OpenRouterClientOptions]?:
    | OpenRouterClientOptions[Name]
    | Config.Config<Exclude<OpenRouterClientOptions[Name], undefined>>
    | undefined
}
