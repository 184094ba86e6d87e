/**
 * One request in, one decoded value or one `OpenRouterError` out.
 */
import { holds } from "@effect-openrouter/core/internal/check"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import { loadOptions } from "./internal/options/environment.js"
import { checkRequestedId } from "./internal/requestedId.js"
import { decoder } from "./internal/response/decoder.js"
import { decodeResponse } from "./internal/response/decodeResponse.js"
import { retry } from "./internal/retry/retry.js"
import * as Settings from "./internal/settings.js"
import { httpClientTransport } from "./internal/transport/httpClientTransport.js"
import { getTransport, type Transport, type TransportRequest } from "./internal/transport/transport.js"
import type { OpenRouterClientConfig, OpenRouterClientOptions } from "./OpenRouterClientOptions.js"
import type { OpenRouterRequest } from "./OpenRouterRequest.js"
import type { RequestOptions } from "./RequestOptions.js"

/** The calls of the client. */
export interface OpenRouterClientService {
  /**
   * Sends a request and returns the value of `data` in its response. Errors that the retry policy names are retried, and the
   * last one is returned. The timeout bounds every attempt, its body included. A `POST` that is not read-only is sent
   * again only after a 429 or a refused connection, when it cannot have been processed.
   */
  readonly execute: <A, I>(
    request: OpenRouterRequest<A, I>,
    options?: RequestOptions
  ) => Effect.Effect<A, OpenRouterError>
}

/**
 * The client of OpenRouter's API: authentication, base URL, attribution, timeout and retries. Each response becomes a value
 * or an `OpenRouterError`. If an option is invalid, every call fails with an `InvalidRequestError` that names it.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer, Redacted } from "effect"
 *
 * const Client = OpenRouterClient.layer({
 *   apiKey: Redacted.make("sk-or-v1-…"),
 *   timeout: "10 seconds",
 *   appTitle: "Ledger"
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 */
export class OpenRouterClient extends Context.Tag("@effect-openrouter/client/OpenRouterClient")<
  OpenRouterClient,
  OpenRouterClientService
>() {
  /** Returns the client with options that are values. */
  static readonly layer = (
    options: OpenRouterClientOptions
  ): Layer.Layer<OpenRouterClient, never, HttpClient.HttpClient> =>
    Layer.effect(this, Effect.map(HttpClient.HttpClient, (httpClient) => make(httpClient, options)))

  /**
   * Returns the client with options of which each is a value, a `Config` of it, or a `Config` of an `Option` of it. An option
   * that is missing, or whose `Config` gives `None` or `undefined`, is read from the environment:
   *
   * | option          | variable                                              |
   * | --------------- | ----------------------------------------------------- |
   * | `apiKey`        | `OPENROUTER_API_KEY`, else `OPENROUTER_API_KEY_AUTH`  |
   * | `baseUrl`       | `OPENROUTER_BASE_URL`                                 |
   * | `httpReferer`   | `OPENROUTER_HTTP_REFERER`                             |
   * | `appTitle`      | `OPENROUTER_APP_TITLE`                                |
   * | `appCategories` | `OPENROUTER_APP_CATEGORIES`                           |
   *
   * An empty variable counts as missing, and blanks and line breaks around a value are removed. A missing key, and any value
   * of a `Config` that is invalid, fails the layer with a `ConfigError` that names the variable.
   */
  static readonly layerConfig = (
    options?: OpenRouterClientConfig | undefined
  ): Layer.Layer<OpenRouterClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
    Layer.unwrapEffect(Effect.map(loadOptions(options), OpenRouterClient.layer))
}

const make = (httpClient: HttpClient.HttpClient, options: OpenRouterClientOptions): OpenRouterClientService => {
  const common = Settings.make(options)
  const transport = getTransport(httpClient) ?? httpClientTransport(httpClient)
  const override = (overrides: RequestOptions) =>
    Either.flatMap(common, (settings) => Settings.override(settings, overrides))

  // Options that are frozen do not change: those of a stream, which are the same for all its calls, are checked once. That saves a
  // fifth of the stream's own CPU time.
  const checked = new WeakMap<RequestOptions, ReturnType<typeof override>>()
  const overrideOnce = (overrides: RequestOptions) => {
    if (!isFrozen(overrides)) return override(overrides)
    const settings = checked.get(overrides) ?? override(overrides)
    checked.set(overrides, settings)
    return settings
  }

  return {
    execute: (request, overrides) =>
      Either.match(overrides === undefined ? common : overrideOnce(overrides), {
        onLeft: (error) => Effect.fail(error),
        onRight: (settings) => execute(transport, settings, request)
      })
  }
}

const isFrozen = (options: unknown): boolean =>
  holds(() => typeof options === "object" && options !== null && Object.isFrozen(options))

// The order is the meaning. The response is read within the attempt's timeout. The permit of the rate limit is taken last
// before the request: `transformAttempt` may hold the attempt back, and a permit taken before that would be used too late,
// together with those of the next window. Everything is repeated for a retry.
const execute = <A, I>(
  transport: Transport,
  settings: Settings.Settings,
  { body, isReadOnly = false, method, path, schema }: OpenRouterRequest<A, I>
): Effect.Effect<A, OpenRouterError> => {
  const decode = decoder(schema)
  const { apiKey, rateLimit, transformAttempt } = settings
  const makeAttempt = () => {
    let attempts = 0
    const sendWith = (settings: Settings.Settings) =>
      Effect.suspend(() => {
        const keyInId = checkRequestedId({ body, path }, settings.containsKey)
        if (keyInId !== undefined) return Effect.fail(keyInId)
        const request: TransportRequest = { method, path, body, attempts: ++attempts }
        return Effect.flatMap(
          transport(request, settings),
          (response) => decodeResponse({ request, response, settings }, decode)
        )
      })
    const send = apiKey === undefined
      ? sendWith(settings)
      : Effect.flatMap(Settings.ofAttempt(settings, apiKey), sendWith)
    return transformAttempt(rateLimit === undefined ? send : Effect.zipRight(rateLimit, send))
  }
  return retry(makeAttempt, { method, path, body }, {
    policy: settings.retry,
    budget: settings.retryBudget,
    isExpected: settings.isExpected,
    isRepeatable: method === "GET" || isReadOnly
  })
}
