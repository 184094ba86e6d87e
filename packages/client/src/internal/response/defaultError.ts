import { OpenRouterDefaultError, type OpenRouterErrorReason } from "@effect-openrouter/core/OpenRouterDefaultError"
import * as Predicate from "effect/Predicate"
import type { Redact } from "../redaction/redact.js"
import { isSuccess } from "../transport/bodyLimit.js"
import { requestFields } from "../transport/requestFields.js"
import type { TransportRequest, TransportResponse, TransportSettings } from "../transport/transport.js"
import { errorBody } from "./errorBody.js"
import { readPacing } from "./retryAfter.js"

/**
 * Returns the error of a response of any content type: OpenRouter's JSON, a proxy's HTML, a part of a body, nothing. `now`
 * stands in for the time of a response without `Date`.
 */
export const fromResponse = (
  { headers, status, text }: TransportResponse,
  request: TransportRequest,
  settings: TransportSettings,
  now: number
): OpenRouterDefaultError => {
  const { redact } = settings
  const json = asObject(parseJson(text, redact))
  const error = asObject(json["error"])
  const metadata = asObject(error["metadata"])
  const code = asCode(error["code"])
  const isNullData = isSuccess(status) && json["data"] === null && (json["error"] ?? null) === null
  const meaning = isNullData ? 404 : isSuccess(status) ? code : status
  const isForeign = status === 404 && !isFromOpenRouter(json, text)
  const contentType = headers["content-type"] ?? null
  return new OpenRouterDefaultError({
    status,
    reason: isForeign ? "Unknown" : reasons.get(String(meaning)) ?? "Unknown",
    message: isForeign
      ? `no OpenRouter answers at this base URL: ${
        redact(settings.baseUrl)
      } gave a 404 that is not OpenRouter's. Check baseUrl; OpenRouter's own ends with /api/v1`
      : errorMessage(json, error, status, isNullData) + redirection(status, headers["location"], redact),
    code,
    metadata: error["metadata"] === metadata ? metadata : null,
    userId: asString(json["user_id"]),
    body: errorBody(text, redact),
    contentType: contentType === null ? null : redact(contentType),
    ...readPacing(headers, metadata, Number(meaning) === 429, now),
    ...requestFields(request, settings, headers)
  })
}

/**
 * Returns `true` for a 404 of OpenRouter: `error` is an object or a text, `data` is null, or there is no body. Any other 404
 * comes from a server that is not OpenRouter, or that has its API at another path.
 */
const isFromOpenRouter = (json: JsonObject, text: string): boolean =>
  text.trim() === "" || json["data"] === null || typeof json["error"] === "string" ||
  asObject(json["error"]) === json["error"] || errorStart.test(text)

/** The beginning of such an error, which may have been cut off and is no JSON then. */
const errorStart = /^\s*\{\s*"error"\s*:\s*["{]/

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

const errorMessage = (json: JsonObject, error: JsonObject, status: number, isNullData: boolean): string =>
  asText(error["message"]) ?? asText(json["error"]) ?? asText(json["message"]) ??
    `OpenRouter answered ${status}${isNullData ? " with null data" : ""}`

const redirection = (status: number, location: string | undefined, redact: Redact): string =>
  status >= 300 && status < 400 && location !== undefined
    ? `, redirecting to ${redact(location.replace(/\/\/[^/@]*@/, "//"))}`
    : ""

interface JsonObject {
  readonly [key: string]: unknown
}

const nothing: JsonObject = {}

const asObject = (value: unknown): JsonObject => Predicate.isReadonlyRecord(value) ? value : nothing

const asString = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

const asText = (value: unknown): string | null => (typeof value === "string" && value.trim() !== "" ? value : null)

const asCode = (value: unknown): string | number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : asString(value)

/**
 * Parses a body and redacts its texts after parsing: JSON can spell a character in more than one way. Returns `undefined` for
 * a text that is not JSON.
 */
const parseJson = (text: string, redact: Redact): unknown => {
  try {
    return JSON.parse(text, (_, value: unknown) => {
      if (typeof value === "string") return redact(value)
      const object = asObject(value)
      return object === value && Object.keys(object).some((name) => redact(name) !== name)
        ? Object.fromEntries(Object.entries(object).map(([name, inner]) => [redact(name), inner]))
        : value
    })
  } catch {
    return undefined
  }
}
