import {
  OpenRouterDefaultError,
  type OpenRouterErrorReason,
  type OpenRouterRateLimit
} from "@effect-openrouter/core/OpenRouterDefaultError"
import * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { Scrub } from "../redaction/redact.js"
import { isSuccess } from "../transport/bodyLimit.js"
import type { TransportResponse } from "../transport/transport.js"
import { truncate } from "./truncate.js"

/** Reads the error out of an answer of any content type: OpenRouter's JSON, a proxy's HTML, half a body, nothing. */
export const fromAnswer = (
  { headers, status, text }: TransportResponse,
  scrub: Scrub,
  now: number
): OpenRouterDefaultError => {
  const json = asObject(parseJson(text, scrub))
  const error = asObject(json["error"])
  const metadata = asObject(error["metadata"])
  const header = headerOf(headers)
  const copiedHeader = headerOf(Headers.fromInput(onlyStrings(asObject(metadata["headers"]))))
  const code = asCode(error["code"])
  const isNullData = isSuccess(status) && json["data"] === null && (json["error"] ?? null) === null
  const said = asString(error["message"]) ?? asString(json["error"]) ?? asString(json["message"]) ??
    `OpenRouter answered ${status}${isNullData ? " with null data" : ""}`
  return new OpenRouterDefaultError({
    status,
    reason: reasonOf(isNullData ? 404 : isSuccess(status) ? code : status),
    message: said + redirection(status, header("location"), scrub),
    code,
    metadata: error["metadata"] === metadata ? metadata : null,
    userId: asString(json["user_id"]),
    body: truncate(scrub(text)),
    contentType: Option.getOrNull(Option.map(header("content-type"), scrub)),
    retryAfter: Option.getOrNull(
      Option.firstSomeOf([
        Option.flatMap(header("retry-after-ms"), (text) => parseSeconds(text, 1)),
        Option.flatMap(header("retry-after"), (text) => parseRetryAfter(text, now)),
        parseSeconds(metadata["retry_after_seconds"]),
        Option.flatMap(copiedHeader("retry-after"), (text) => parseRetryAfter(text, now))
      ])
    ),
    rateLimit: rateLimitOf(header) ?? rateLimitOf(copiedHeader)
  })
}

const reasons = new Map<string, OpenRouterErrorReason>([
  ["400", "BadRequest"],
  ["401", "Unauthorized"],
  ["402", "PaymentRequired"],
  ["403", "Forbidden"],
  ["404", "NotFound"],
  ["408", "RequestTimeout"],
  ["429", "TooManyRequests"],
  ["500", "InternalServerError"],
  ["502", "BadGateway"],
  ["503", "ServiceUnavailable"],
  ["504", "GatewayTimeout"],
  ["524", "EdgeNetworkTimeout"],
  ["529", "ProviderOverloaded"]
])

const reasonOf = (code: string | number | null): OpenRouterErrorReason => reasons.get(String(code)) ?? "Unknown"

const redirection = (status: number, location: Option.Option<string>, scrub: Scrub): string =>
  status >= 300 && status < 400 && Option.isSome(location)
    ? `, redirecting to ${scrub(location.value.replace(/\/\/[^/@]*@/, "//"))}`
    : ""

type Header = (name: string) => Option.Option<string>

const headerOf = (headers: Headers.Headers): Header => (name) => Headers.get(headers, name)

const imfFixdate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/

/** Seconds, whole or not, or an HTTP date, of which one in the past means "now". Nonsense is none. */
const parseRetryAfter = (text: string, now: number): Option.Option<Duration.Duration> =>
  imfFixdate.test(text) ? toDuration(Math.max(0, Date.parse(text) - now)) : parseSeconds(text)

const parseSeconds = (value: unknown, millisPerUnit = 1000): Option.Option<Duration.Duration> =>
  Option.flatMap(parseNumber(value), (seconds) => toDuration(seconds * millisPerUnit))

/** Bounded, because a Duration cannot be compared beyond what a number counts exactly. */
const toDuration = (millis: number): Option.Option<Duration.Duration> =>
  Number.isNaN(millis) ? Option.none() : Option.some(Duration.millis(Math.min(millis, Number.MAX_SAFE_INTEGER)))

const parseNumber = (value: unknown): Option.Option<number> =>
  (typeof value === "string" || typeof value === "number") && /^\s*\d+(\.\d+)?\s*$/.test(String(value))
    ? Option.some(Number(value))
    : Option.none()

const rateLimitOf = (header: Header): OpenRouterRateLimit | null => {
  const number = (name: string) =>
    Option.getOrNull(Option.filter(Option.flatMap(header(`x-ratelimit-${name}`), parseNumber), Number.isFinite))
  const [limit, remaining, reset] = [number("limit"), number("remaining"), number("reset")]
  return limit === null && remaining === null && reset === null ? null : { limit, remaining, reset }
}

interface JsonObject {
  readonly [key: string]: unknown
}

const nothing: JsonObject = {}

const asObject = (value: unknown): JsonObject => Predicate.isReadonlyRecord(value) ? value : nothing

const asString = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

const asCode = (value: unknown): string | number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : asString(value)

const onlyStrings = (object: JsonObject): Record<string, string> => {
  const entries = Object.entries(object).filter((entry): entry is [string, string] => typeof entry[1] === "string")
  return Object.fromEntries(entries)
}

/** Scrubbed after parsing: JSON can spell a character in more than one way, and a short key may be part of its own. */
const parseJson = (text: string, scrub: Scrub): unknown => {
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string") return scrub(value)
      const object = asObject(value)
      return object === value && Object.keys(object).some((name) => scrub(name) !== name)
        ? Object.fromEntries(Object.entries(object).map(([name, inner]) => [scrub(name), inner]))
        : value
    })
  } catch {
    // Not JSON: there is nothing to read, and the text itself is kept.
    return undefined
  }
}
