import { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
import * as Headers from "@effect/platform/Headers"
import { requestFields } from "./requestFields.js"
import type { TransportRequest, TransportSettings } from "./transport.js"

/** The errors of an attempt without a complete response. */
export type TransportError = ConnectionError | RequestTimeoutError

/** The code of a redirect that was not followed, or that was followed to another origin. */
export const redirectCode = "ERR_REDIRECT"

/** The code of a dispatcher that cannot be used: it threw something other than a transport failure. */
export const dispatcherCode = "ERR_DISPATCHER"

/** Returns the error of an attempt that took longer than its timeout. `headers` are those of its response, if it began. */
export const timeoutError = (
  request: TransportRequest,
  settings: TransportSettings,
  headers: Headers.Headers = Headers.empty
): RequestTimeoutError =>
  new RequestTimeoutError({ timeout: settings.timeout, ...requestFields(request, settings, headers) })

/** Returns the error of an attempt that failed with `cause`: only its code and its message are kept. */
export const connectionError = (
  cause: unknown,
  request: TransportRequest,
  settings: TransportSettings,
  headers: Headers.Headers = Headers.empty
): ConnectionError => {
  const { code, message } = rootCause(cause)
  return new ConnectionError({
    code: code === null ? null : settings.redact(code),
    message: settings.redact(message ?? "the connection failed"),
    ...requestFields(request, settings, headers)
  })
}

/** An error with a code, as Node.js makes them. */
export class CodedError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * The innermost cause says what happened: "fetch failed" wraps "connect ECONNREFUSED", and that may wrap one error for
 * each address. Errors are read by their fields: those of another realm are no `instanceof Error`.
 */
const rootCause = (cause: unknown, depth = 0): { readonly code: string | null; readonly message: string | null } => {
  if (typeof cause !== "object" || cause === null || depth > 8) return { code: null, message: nonEmpty(cause) }
  const error: {
    readonly code?: unknown
    readonly message?: unknown
    readonly cause?: unknown
    readonly errors?: unknown
  } = cause
  const inner = rootCause(Array.isArray(error.errors) ? error.errors[0] : error.cause, depth + 1)
  return { code: inner.code ?? nonEmpty(error.code), message: inner.message ?? nonEmpty(error.message) }
}

const nonEmpty = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)
