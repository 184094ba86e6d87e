import type { OpenRouterClientOptions } from "@effect-openrouter/client/OpenRouterClientOptions"
import type { RequestOptions as Overrides } from "@effect-openrouter/client/RequestOptions"
import * as Headers from "@effect/platform/Headers"
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RequestOptions } from "../RequestOptions.js"
import type { Attribution } from "../requests.js"
import type { RetryConfig } from "../RetryConfig.js"
import type { ApiKey, SDKOptions } from "../SDKOptions.js"
import { toRetryPolicy } from "./retryPolicy.js"

/** The options of a client, in the terms of `OpenRouterClient`, and those that are settled with each call. */
export interface Settings extends Omit<OpenRouterClientOptions, "apiKey" | "retry" | "timeout"> {
  readonly apiKey: ApiKey | undefined
  readonly retryConfig: RetryConfig | undefined
  readonly timeoutMs: number | undefined
}

/** What was not given is taken from the environment, where an empty variable counts as missing. */
export const make = (options: SDKOptions): Effect.Effect<Settings> =>
  Effect.orDie(Effect.map(environment, (environment) => ({
    apiKey: options.apiKey ?? options.security?.apiKeyAuth ?? environment.apiKey ?? environment.apiKeyAuth,
    baseUrl: options.serverURL || (options.server === undefined ? environment.baseUrl : undefined),
    httpReferer: options.httpReferer ?? environment.httpReferer,
    appTitle: options.appTitle ?? environment.appTitle,
    appCategories: options.appCategories ?? environment.appCategories,
    userAgent: options.userAgent,
    retryConfig: options.retryConfig,
    timeoutMs: options.timeoutMs
  })))

const variable = (name: string) => Config.withDefault(Config.nonEmptyString(name), undefined)

const environment = Config.all({
  apiKey: variable("OPENROUTER_API_KEY"),
  apiKeyAuth: variable("OPENROUTER_API_KEY_AUTH"),
  baseUrl: variable("OPENROUTER_BASE_URL"),
  httpReferer: variable("OPENROUTER_HTTP_REFERER"),
  appTitle: variable("OPENROUTER_APP_TITLE"),
  appCategories: variable("OPENROUTER_APP_CATEGORIES")
})

const defaultTimeoutMs = 15_000

/** What one call is told, in the terms of `OpenRouterClient`. */
export const overrides = (
  settings: Settings,
  request: Attribution,
  options: RequestOptions
): Overrides & { readonly timeout: Duration.Duration } => {
  // As in OpenRouter's own client, 0 stands for what would be without it.
  const timeoutMs = options.timeoutMs || settings.timeoutMs || defaultTimeoutMs
  return {
    headers: {
      "http-referer": request.httpReferer,
      "x-openrouter-title": request.appTitle,
      "x-openrouter-categories": request.appCategories,
      ...Headers.fromInput(options.headers ?? options.fetchOptions?.headers)
    },
    retry: toRetryPolicy(options.retries ?? settings.retryConfig, options.retryCodes),
    timeout: timeoutMs < 0 ? Duration.infinity : Duration.millis(timeoutMs),
    baseUrl: options.serverURL?.toString() || undefined
  }
}

/** What one call gives to `fetch`, to which undefined is not given; its headers and its signal go other ways. */
export const requestInit = (options: RequestOptions): RequestInit =>
  ({ ...options.fetchOptions, ...options, headers: [], signal: null }) as RequestInit
