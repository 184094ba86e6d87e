import { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { Scrub } from "../redaction/redact.js"

/**
 * The few fields of a platform error that are safe to keep. The error itself holds the request with its headers, and
 * its printers show the key: it must go no further than this file.
 */
export const fromHttpClientError = (error: HttpClientError, scrub: Scrub): ConnectionError =>
  fromCause(error.cause ?? error, error.request.method, error.request.url, scrub)

/** The same of what a transport failed with. */
export const fromCause = (cause: unknown, method: string, url: string, scrub: Scrub): ConnectionError => {
  const { code, message } = rootCause(cause)
  return new ConnectionError({
    method,
    url: scrub(url),
    code: code === null ? null : scrub(code),
    message: scrub(message ?? "the connection failed")
  })
}

/**
 * The innermost cause says what happened: "fetch failed" wraps "connect ECONNREFUSED", and that may wrap one for each
 * address. Errors are known by their fields: those of another realm are no `instanceof Error`.
 */
const rootCause = (cause: unknown, depth = 0): { readonly code: string | null; readonly message: string | null } => {
  if (typeof cause !== "object" || cause === null || depth > 8) return { code: null, message: asText(cause) }
  const error: {
    readonly code?: unknown
    readonly message?: unknown
    readonly cause?: unknown
    readonly errors?: unknown
  } = cause
  const inner = rootCause(Array.isArray(error.errors) ? error.errors[0] : error.cause, depth + 1)
  return { code: inner.code ?? asText(error.code), message: inner.message ?? asText(error.message) }
}

const asText = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)
