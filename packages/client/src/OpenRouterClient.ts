/**
 * One request in, one decoded value or one `OpenRouterError` out.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import { decodeResponse } from "./internal/response/decodeResponse.js"
import { retry } from "./internal/retry/retry.js"
import * as Settings from "./internal/settings.js"
import { httpClientTransport } from "./internal/transport/httpClientTransport.js"
import { getTransport, type Transport, type TransportRequest } from "./internal/transport/transport.js"
import type { OpenRouterClientConfig, OpenRouterClientOptions } from "./OpenRouterClientOptions.js"
import type { OpenRouterRequest } from "./OpenRouterRequest.js"
import type { RequestOptions, TransformAttempt } from "./RequestOptions.js"

/** What the client does. */
export interface OpenRouterClientService {
  /**
   * Sends a request and gives back what its answer's `data` holds. Failures that the retry policy names are tried again
   * first, and the last one is returned; every attempt is bounded by the timeout, its body included. A `POST` is sent
   * again only after a 429 or a refused connection, when it cannot have been processed.
   */
  readonly execute: <A, I>(
    request: OpenRouterRequest<A, I>,
    options?: RequestOptions
  ) => Effect.Effect<A, OpenRouterError>
}

/**
 * The client of OpenRouter's API: auth, base URL, attribution, timeout, retries, and every answer mapped to a value or an
 * `OpenRouterError`. Bad options fail each call with an `InvalidRequestError`.
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
  /** The client with options given as values. */
  static readonly layer = (
    options: OpenRouterClientOptions
  ): Layer.Layer<OpenRouterClient, never, HttpClient.HttpClient> =>
    Layer.effect(this, Effect.map(HttpClient.HttpClient, (httpClient) => make(httpClient, options)))

  /**
   * The client with each option given as a value or a `Config`. Without `apiKey` the key is read from
   * `OPENROUTER_API_KEY`, else from `OPENROUTER_API_KEY_AUTH`; without `baseUrl` the URL is read from
   * `OPENROUTER_BASE_URL`, else it is the default. An empty variable counts as missing. A missing key is a `ConfigError`
   * that names the variables.
   */
  static readonly layerConfig = (
    options: OpenRouterClientConfig = {}
  ): Layer.Layer<OpenRouterClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
    Layer.unwrapEffect(Effect.map(config(options), OpenRouterClient.layer))
}

// Not `Config.redacted`, which takes the words out of the error too.
const keyFrom = (variable: string) => Config.map(Config.nonEmptyString(variable), Redacted.make)

const apiKeyFromEnvironment = Config.orElse(keyFrom("OPENROUTER_API_KEY"), () => keyFrom("OPENROUTER_API_KEY_AUTH"))

const baseUrlFromEnvironment = Config.nonEmptyString("OPENROUTER_BASE_URL").pipe(Config.withDefault(undefined))

const config = (options: OpenRouterClientConfig): Effect.Effect<OpenRouterClientOptions, ConfigError.ConfigError> => {
  const given = Object.entries(options).filter(([, option]) => option !== undefined)
  const overrides: {} = Object.fromEntries(
    given.map(([name, option]) => [name, Config.isConfig(option) ? option : Effect.succeed(option)])
  )
  return Effect.all({ apiKey: apiKeyFromEnvironment, baseUrl: baseUrlFromEnvironment, ...overrides })
}

const make = (httpClient: HttpClient.HttpClient, options: OpenRouterClientOptions): OpenRouterClientService => {
  const common = Settings.make(options)
  const transport = getTransport(httpClient) ?? httpClientTransport(httpClient)
  return {
    execute: (request, overrides) => {
      const settings = overrides === undefined
        ? common
        : Either.flatMap(common, (settings) => Settings.override(settings, overrides))
      return Either.isLeft(settings)
        ? Effect.fail(settings.left)
        : execute(transport, settings.right, request, overrides?.transformAttempt ?? identity, overrides?.isExpected)
    }
  }
}

// The order is the meaning. The response is read within the attempt's timeout. The permit of the rate limit is taken last
// before the request: `transformAttempt` may hold the attempt back, and a permit taken before that would be used too late,
// together with those of the next window. Everything is repeated for a retry.
const execute = <A, I>(
  transport: Transport,
  settings: Settings.Settings,
  { body, method, path, schema }: OpenRouterRequest<A, I>,
  transformAttempt: TransformAttempt,
  isExpected: RequestOptions["isExpected"]
): Effect.Effect<A, OpenRouterError> => {
  const decode = ParseResult.decodeUnknownEither(schema)
  return Effect.suspend(() => {
    let attempts = 0
    const send = Effect.suspend(() => {
      const request: TransportRequest = { method, path, body, attempts: ++attempts }
      return Effect.flatMap(
        transport(request, settings),
        (response) => decodeResponse({ request, response, settings }, decode)
      )
    })
    const attempt = settings.rateLimit === undefined ? send : Effect.zipRight(settings.rateLimit, send)
    return retry(
      transformAttempt(attempt),
      { method, path, body },
      { policy: settings.retry, budget: settings.retryBudget, isExpected: isExpected ?? (() => false) }
    )
  })
}
