import { checkDuration } from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Headers from "@effect/platform/Headers"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { OpenRouterClientOptions } from "../OpenRouterClientOptions.js"
import type { RequestOptions } from "../RequestOptions.js"
import * as RetryPolicy from "../RetryPolicy.js"
import { makeRedact } from "./redaction/redact.js"
import { invalidPolicyError } from "./retry/invalidPolicy.js"
import { makeRetryBudget, type RetryBudget } from "./retry/retryBudget.js"
import type { TransportSettings } from "./transport/transport.js"
import { version } from "./version.js"

/** Options that have been checked and completed: what every request of a client has in common. */
export interface Settings extends TransportSettings {
  readonly retry: RetryPolicy.RetryPolicy
  readonly retryBudget: RetryBudget
  readonly rateLimit: OpenRouterClientOptions["rateLimit"]
}

const defaults = {
  baseUrl: "https://openrouter.ai/api/v1",
  timeout: "15 seconds",
  connectTimeout: "10 seconds",
  maxBodySize: 32 * 1024 * 1024,
  retryBudget: 100
} as const

export const make = (options: OpenRouterClientOptions): Either.Either<Settings, InvalidRequestError> =>
  Either.gen(function*() {
    const apiKey = yield* checkApiKey(options.apiKey)
    const headers = yield* checkHeaders({
      accept: "application/json",
      "user-agent": options.userAgent ?? `effect-openrouter/${version}`,
      "http-referer": options.httpReferer,
      "x-openrouter-title": options.appTitle,
      "x-openrouter-categories": typeof options.appCategories === "string"
        ? options.appCategories
        : options.appCategories?.join(","),
      ...Headers.fromInput(options.headers)
    })
    return {
      ...yield* checkBaseUrl(options.baseUrl ?? defaults.baseUrl),
      headers: Headers.set(headers, "authorization", `Bearer ${apiKey}`),
      timeout: yield* checkDuration("timeout", options.timeout ?? defaults.timeout),
      connectTimeout: yield* checkDuration("connectTimeout", options.connectTimeout ?? defaults.connectTimeout),
      propagateTrace: options.propagateTrace ?? false,
      retry: yield* checkRetry(options.retry ?? RetryPolicy.standard),
      maxBodySize: yield* checkMaxBodySize(options.maxBodySize ?? defaults.maxBodySize),
      retryBudget: makeRetryBudget(yield* checkRetryBudget(options.retryBudget ?? defaults.retryBudget)),
      rateLimit: options.rateLimit,
      redact: makeRedact(apiKey)
    }
  })

/** The settings of one call: the client's, with what the call gives instead. The key is the client's, always. */
export const override = (
  settings: Settings,
  { baseUrl, headers, retry, timeout }: RequestOptions
): Either.Either<Settings, InvalidRequestError> =>
  (baseUrl ?? headers ?? retry ?? timeout) === undefined ? Either.right(settings) : Either.gen(function*() {
    return {
      ...settings,
      ...(baseUrl !== undefined && (yield* checkBaseUrl(baseUrl))),
      headers: headers === undefined
        ? settings.headers
        : Headers.merge(settings.headers, Headers.remove(yield* checkHeaders(headers), "authorization")),
      timeout: timeout === undefined ? settings.timeout : yield* checkDuration("timeout", timeout),
      retry: retry === undefined ? settings.retry : yield* checkRetry(retry)
    }
  })

const refuse = (field: string, message: string) => Either.left(new InvalidRequestError({ field, message }))

/** Visible characters, latin-1 included: what fetch and Node both put into a header. */
const credential = /^[\x21-\x7e\x80-\xff]+$/

const checkApiKey = (apiKey: Redacted.Redacted): Either.Either<string, InvalidRequestError> => {
  const value: unknown = Redacted.isRedacted(apiKey) ? Redacted.value(apiKey) : undefined
  if (typeof value !== "string") return refuse("apiKey", "apiKey must be a Redacted string")
  if (value === "") return refuse("apiKey", "apiKey must not be empty")
  return credential.test(value)
    ? Either.right(value)
    : refuse("apiKey", "apiKey has a character that a header cannot carry, such as a space or a line break")
}

const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/

const checkHeaders = (input: Headers.Input): Either.Either<Headers.Headers, InvalidRequestError> => {
  const headers = Headers.fromInput(input)
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name)) return refuse("headers", "headers has a name that is not a header's name")
    if (!headerValue.test(value)) {
      return refuse(`headers.${name}`, `the header ${name} has a character that a header cannot carry`)
    }
  }
  return Either.right(headers)
}

const checkBaseUrl = (
  baseUrl: string
): Either.Either<Pick<Settings, "baseUrl" | "origin" | "basePath">, InvalidRequestError> => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    return refuse("baseUrl", "baseUrl must be an absolute http or https URL without query and fragment")
  }
  // Credentials of the URL are dropped: there is one Authorization header, and it carries the key.
  const { origin } = url
  const basePath = url.pathname.replace(/\/+$/, "")
  return Either.right({ baseUrl: origin + basePath, origin, basePath })
}

const checkMaxBodySize = (bytes: number): Either.Either<number, InvalidRequestError> =>
  bytes > 0 ? Either.right(bytes) : refuse("maxBodySize", "maxBodySize must be a number of bytes above 0")

const checkRetry = (retry: RetryPolicy.RetryPolicy): Either.Either<RetryPolicy.RetryPolicy, InvalidRequestError> => {
  const problem = invalidPolicyError(retry)
  return problem === undefined ? Either.right(retry) : Either.left(problem)
}

const checkRetryBudget = (retries: number): Either.Either<number, InvalidRequestError> =>
  retries >= 0 ? Either.right(retries) : refuse("retryBudget", "retryBudget must be a number of retries of at least 0")
