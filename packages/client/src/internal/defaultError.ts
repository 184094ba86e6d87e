import { OpenRouterDefaultError, type RateLimit, type Reason } from "@effect-openrouter/core/OpenRouterDefaultError"
import * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Scrub } from "./scrub.js"
import { type Answer, isSuccess, maxErrorBody } from "./transport.js"

/** Reads the error out of an answer of any content type: OpenRouter's JSON, a proxy's HTML, half a body, nothing. */
export const fromAnswer = (answer: Answer, scrub: Scrub, now: number): OpenRouterDefaultError => {
  const body = scrub(answer.text)
  // Scrubbed once more after parsing: JSON can spell a character in more than one way.
  const json = asObject(parseJson(body, (_, value) => typeof value === "string" ? scrub(value) : value))
  const error = asObject(json["error"])
  const metadata = asObject(error["metadata"])
  const header = headerOf(answer.headers)
  const copiedHeader = headerOf(Headers.fromInput(onlyStrings(asObject(metadata["headers"]))))
  const code = asCode(error["code"])
  return new OpenRouterDefaultError({
    status: answer.status,
    reason: reasonOf(isSuccess(answer.status) ? (json["data"] === null && code === null ? 404 : code) : answer.status),
    message: asString(error["message"]) ?? asString(json["error"]) ?? asString(json["message"]) ??
      fallbackMessage(answer, scrub),
    code,
    metadata: error["metadata"] === metadata ? metadata : null,
    userId: asString(json["user_id"]),
    body: body.slice(0, maxErrorBody),
    contentType: Option.getOrNull(Option.map(header("content-type"), scrub)),
    retryAfter: Option.getOrNull(
      header("retry-after").pipe(
        Option.flatMap((text) => parseRetryAfter(text, now)),
        Option.orElse(() => parseRetryAfter(String(metadata["retry_after_seconds"]), now)),
        Option.orElse(() => Option.flatMap(copiedHeader("retry-after"), (text) => parseRetryAfter(text, now)))
      )
    ),
    rateLimit: rateLimitOf(header) ?? rateLimitOf(copiedHeader)
  })
}

const reasons: Readonly<Record<string, Reason>> = {
  400: "BadRequest",
  401: "Unauthorized",
  402: "PaymentRequired",
  403: "Forbidden",
  404: "NotFound",
  408: "RequestTimeout",
  429: "TooManyRequests",
  500: "InternalServerError",
  502: "BadGateway",
  503: "ServiceUnavailable",
  504: "GatewayTimeout",
  524: "EdgeNetworkTimeout",
  529: "ProviderOverloaded"
}

const reasonOf = (code: string | number | null): Reason => reasons[String(code)] ?? "Unknown"

const fallbackMessage = ({ headers, status }: Answer, scrub: Scrub): string => {
  const location = Option.map(
    Headers.get(headers, "location"),
    (text) => `, redirecting to ${withoutCredentials(text)}`
  )
  return scrub(`OpenRouter answered ${status}${Option.getOrElse(location, () => "")}`)
}

const withoutCredentials = (location: string): string => location.replace(/\/\/[^/@]*@/, "//")

type Header = (name: string) => Option.Option<string>

const headerOf = (headers: Headers.Headers): Header => (name) => Headers.get(headers, name)

/** Seconds, whole or not, or an HTTP date, of which one in the past means "now". Nonsense is none. */
const parseRetryAfter = (text: string, now: number): Option.Option<Duration.Duration> => {
  const millis = /^\s*\d+(\.\d+)?\s*$/.test(text)
    ? Number(text) * 1000
    : /[a-z]{3}/i.test(text)
    ? Math.max(0, Date.parse(text) - now)
    : Number.NaN
  return Number.isFinite(millis) ? Option.some(Duration.millis(millis)) : Option.none()
}

const rateLimitOf = (header: Header): RateLimit | null => {
  const number = (name: string) =>
    Option.getOrNull(Option.filter(Option.map(header(`x-ratelimit-${name}`), Number), Number.isFinite))
  const [limit, remaining, reset] = [number("limit"), number("remaining"), number("reset")]
  return limit === null && remaining === null && reset === null ? null : { limit, remaining, reset }
}

interface JsonObject {
  readonly [key: string]: unknown
}

const nothing: JsonObject = {}

const asObject = (value: unknown): JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value as JsonObject : nothing

const asString = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

const asCode = (value: unknown): string | number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : asString(value)

const onlyStrings = (object: JsonObject): Record<string, string> => {
  const entries = Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === "string")
  return Object.fromEntries(entries)
}

const parseJson = (text: string, reviver: (key: string, value: unknown) => unknown): unknown => {
  try {
    return JSON.parse(text, reviver)
  } catch {
    // Not JSON: there is nothing to read, and the text itself is kept.
    return undefined
  }
}
