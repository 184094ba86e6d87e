import { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { Scrub } from "./scrub.js"

/**
 * The few fields of a platform error that are safe to keep. The error itself holds the request with its headers, and
 * its printers show the key: it must go no further than this file.
 */
export const fromHttpClientError = (error: HttpClientError, scrub: Scrub): ConnectionError => {
  const { code, message } = rootCause(error.cause)
  return new ConnectionError({
    method: error.request.method,
    url: scrub(error.request.url),
    code,
    message: scrub(message ?? error.description ?? "the connection failed")
  })
}

/** The innermost cause says what happened: "fetch failed" wraps "connect ECONNREFUSED", and that an attempt for each address. */
const rootCause = (cause: unknown, depth = 0): { readonly code: string | null; readonly message: string | null } => {
  if (!(cause instanceof Error) || depth > 8) return { code: null, message: null }
  const inner = rootCause(cause instanceof AggregateError ? cause.errors[0] : cause.cause, depth + 1)
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : null
  return { code: inner.code ?? code, message: inner.message ?? (cause.message === "" ? null : cause.message) }
}
