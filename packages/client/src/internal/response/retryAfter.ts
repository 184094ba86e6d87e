import type { OpenRouterRateLimit } from "@effect-openrouter/core/OpenRouterDefaultError"
import * as Headers from "@effect/platform/Headers"
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import { parseHttpDate } from "./httpDate.js"

/** The parts of a response that say when the next request may be sent. */
export interface Pacing {
  /** The time to wait, or `null` if the response did not say. */
  readonly retryAfter: Duration.Duration | null
  readonly rateLimit: OpenRouterRateLimit | null
}

/**
 * Reads `Retry-After` and the rate limit from headers and from their copies in `error.metadata`. Dates count from the `Date`
 * of the response, because the clock of this machine may differ; without it, from `now`. Without any form of `Retry-After`, a
 * rejection by a rate limit that has no requests left waits until the limit resets.
 */
export const readPacing = (
  headers: Headers.Headers,
  metadata: { readonly [name: string]: unknown },
  isRateLimited: boolean,
  now: number
): Pacing => {
  const copies = Headers.fromInput(headerCopies(metadata["headers"]))
  const sentAt = parseHttpDate(headers["date"] ?? "", now) ?? now
  const rateLimit = readRateLimit(headers, copies, sentAt)
  const millis = parseNumber(headers["retry-after-ms"]) ?? parseRetryAfter(headers["retry-after"], sentAt) ??
    parseSeconds(metadata["retry_after_seconds"]) ?? parseRetryAfter(copies["retry-after"], sentAt) ??
    (isRateLimited ? untilReset(rateLimit, sentAt) : null)
  // A Duration cannot be compared beyond the whole numbers that a number represents.
  return {
    retryAfter: millis === null ? null : Duration.millis(Math.min(millis, Number.MAX_SAFE_INTEGER)),
    rateLimit
  }
}

/** Seconds, whole or not, or an HTTP date; one in the past means now. */
const parseRetryAfter = (text: string | undefined, sentAt: number): number | null => {
  const date = parseHttpDate(text ?? "", sentAt)
  return date === null ? parseSeconds(text) : Math.max(0, date - sentAt)
}

const parseSeconds = (value: unknown): number | null => {
  const seconds = parseNumber(value)
  return seconds === null ? null : seconds * 1000
}

const parseNumber = (value: unknown): number | null =>
  (typeof value === "string" || typeof value === "number") && /^\s*\d+(\.\d+)?\s*$/.test(String(value))
    ? Number(value)
    : null

const readRateLimit = (
  headers: Headers.Headers,
  copies: Headers.Headers,
  sentAt: number
): OpenRouterRateLimit | null => {
  const read = (name: string) => finite(parseNumber(headers[name])) ?? finite(parseNumber(copies[name]))
  const limit = read("x-ratelimit-limit")
  const remaining = read("x-ratelimit-remaining")
  const reset = read("x-ratelimit-reset")
  return limit === null && remaining === null && reset === null
    ? null
    : { limit, remaining, reset: reset === null ? null : toMillis(reset, sentAt) }
}

const finite = (value: number | null): number | null => Number.isFinite(value) ? value : null

/** The unit of a reset follows from its size: seconds from now, or seconds, milliseconds, … since 1970. */
const toMillis = (reset: number, sentAt: number): number => {
  if (reset < 1e8) return sentAt + reset * 1000
  if (reset < 1e11) return reset * 1000
  if (reset < 1e14) return reset
  return reset < 1e17 ? reset / 1000 : reset / 1e6
}

const untilReset = (rateLimit: OpenRouterRateLimit | null, sentAt: number): number | null =>
  rateLimit === null || rateLimit.remaining !== 0 || rateLimit.reset === null
    ? null
    : Math.max(0, rateLimit.reset - sentAt)

/** OpenRouter copies the headers of a provider as text; a number is read, too. */
const headerCopies = (headers: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(Predicate.isReadonlyRecord(headers) ? headers : {}).flatMap(([name, value]) =>
      typeof value === "string" || typeof value === "number" ? [[name, String(value)]] : []
    )
  )
