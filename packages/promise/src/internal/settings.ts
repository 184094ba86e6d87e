import { defaultBaseUrl, type OpenRouterClientConfig } from "@effect-openrouter/client/OpenRouterClientOptions"
import type { RequestOptions as Overrides } from "@effect-openrouter/client/RequestOptions"
import * as Check from "@effect-openrouter/core/internal/check"
import * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import { HTTPClient } from "../HTTPClient.js"
import type { FetchOptions, RequestOptions } from "../RequestOptions.js"
import type { Attribution } from "../requests.js"
import type { RetryConfig } from "../RetryConfig.js"
import type { SDKOptions } from "../SDKOptions.js"
import { checkApiKey, type KeySource } from "./apiKey.js"
import { toRetryPolicy } from "./retryPolicy.js"

/** The checked options of a client. */
export interface Settings {
  /** The key; `undefined` if it comes from the environment. */
  readonly apiKey: KeySource | undefined
  /** The options of `OpenRouterClient`. Those that are missing come from the environment. */
  readonly client: Omit<OpenRouterClientConfig, "apiKey">
  /** A function in place of the global `fetch`. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** The options that each call may replace. */
  readonly retryConfig: RetryConfig | undefined
  readonly timeoutMs: number | undefined
}

/** Checks the options of a client. */
export const make = (options: SDKOptions | null | undefined): Check.Checked<Settings> =>
  Either.gen(function*() {
    const given = yield* Check.readOptions("options", options, [
      "apiKey",
      "appCategories",
      "appTitle",
      "fetcher",
      "httpClient",
      "httpReferer",
      "retryConfig",
      "security",
      "server",
      "serverURL",
      "timeoutMs",
      "userAgent"
    ])
    const security = yield* Check.readOptions("security", given.security, ["apiKeyAuth"])
    if (given.server !== undefined && given.server !== "production") {
      return yield* Check.reject("server", `"production"`)
    }
    const retryConfig = yield* Check.checkOptional("retryConfig", given.retryConfig, Check.checkObject)
    // A bad configuration fails also the calls that have their own.
    yield* toRetryPolicy(retryConfig, undefined)
    return {
      apiKey: yield* Check.checkOptional("apiKey", given.apiKey ?? security.apiKeyAuth, (_, key) => checkApiKey(key)),
      client: {
        baseUrl: given.serverURL || (given.server === undefined ? undefined : defaultBaseUrl),
        httpReferer: given.httpReferer,
        appTitle: given.appTitle,
        appCategories: given.appCategories,
        userAgent: given.userAgent
      },
      fetch: yield* checkFetch(given),
      retryConfig,
      timeoutMs: yield* Check.checkOptional("timeoutMs", given.timeoutMs, checkMillis)
    }
  })

/** The checked options of a call. */
export interface CallSettings {
  readonly overrides: Overrides
  /** The options for `fetch`. Headers and signal go other ways. */
  readonly requestInit: RequestInit
  /** The option that the configuration of retries comes from. */
  readonly retryOption: "retries" | "retryConfig"
}

/** Checks the options of a call. */
export const forCall = (
  settings: Settings,
  attribution: Attribution,
  options: RequestOptions | null | undefined
): Check.Checked<CallSettings> =>
  Either.gen(function*() {
    const given = yield* Check.readOptions("options", options, [
      "fetchOptions",
      "headers",
      "retries",
      "retryCodes",
      "serverURL",
      "timeoutMs"
    ])
    const fetchOptions = yield* Check.readOptions("fetchOptions", given.fetchOptions, ["headers"])
    const headers = given.headers ?? fetchOptions.headers
    const timeoutMs = yield* Check.checkOptional("timeoutMs", given.timeoutMs, checkMillis)
    const retries = yield* Check.checkOptional("retries", given.retries, Check.checkObject)
    return {
      overrides: {
        headers: {
          "http-referer": attribution.httpReferer,
          "x-openrouter-title": attribution.appTitle,
          "x-openrouter-categories": attribution.appCategories,
          ...yield* Check.guard("headers", () => checkHeaders(headers))
        },
        retry: yield* toRetryPolicy(retries ?? settings.retryConfig, given.retryCodes),
        // As in OpenRouter's own client, 0 means that the option is not given.
        timeout: toDuration(timeoutMs || settings.timeoutMs),
        baseUrl: given.serverURL || undefined
      },
      requestInit: yield* checkRequestInit(given.fetchOptions, options),
      retryOption: retries === undefined ? "retryConfig" : "retries"
    }
  })

const toDuration = (timeoutMs: number | undefined): Duration.Duration | undefined =>
  timeoutMs ? timeoutMs < 0 ? Duration.infinity : Duration.millis(timeoutMs) : undefined

const checkMillis = (field: string, millis: number): Check.Checked<number> =>
  typeof millis === "number" && !Number.isNaN(millis)
    ? Either.right(millis)
    : Check.reject(field, "a number of milliseconds")

const checkHeaders = (headers: RequestInit["headers"]): Check.Checked<Headers.Headers> =>
  headers === undefined || typeof headers === "object"
    ? Either.right(Headers.fromInput(headers as Headers.Input))
    : Check.reject("headers", "headers of fetch")

const checkFetch = (
  { fetcher, httpClient }: Pick<SDKOptions, "fetcher" | "httpClient">
): Check.Checked<typeof globalThis.fetch | undefined> =>
  Either.gen(function*() {
    const checked = yield* Check.checkOptional("fetcher", fetcher, Check.checkFunction)
    const own = httpClient ?? (checked && new HTTPClient({ fetcher: checked }))
    if (own === undefined) return undefined
    yield* Check.guard("httpClient", () => Check.checkFunction("httpClient.request", own.request))
    return (input, init) => own.request(new Request(input, init))
  })

/** Rejects options that fetch rejects: that would be a failed connection, which is retried. */
const checkRequestInit = (
  fetchOptions: FetchOptions | undefined,
  options: RequestOptions | null | undefined
): Check.Checked<RequestInit> => {
  try {
    const init = { ...fetchOptions, ...options, headers: [], signal: null, method: "GET", body: null } as RequestInit
    const isGiven = fetchOptions !== undefined || (options !== null && options !== undefined)
    return Either.right(isGiven && new Request("http://localhost", init) ? init : {})
  } catch (error) {
    return Check.reject(
      "fetchOptions",
      `options of fetch: ${error instanceof Error ? error.message : "it threw an error"}`
    )
  }
}
