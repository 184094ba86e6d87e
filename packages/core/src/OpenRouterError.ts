/**
 * The errors of a call to OpenRouter, and what they mean: the one place that decides it for retries, polls, pauses,
 * circuit breakers and the command.
 */
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { ConnectionError } from "./ConnectionError.js"
import { transientStatuses } from "./internal/error/transientStatuses.js"
import { InvalidRequestError } from "./InvalidRequestError.js"
import { OpenRouterDefaultError } from "./OpenRouterDefaultError.js"
import { RequestTimeoutError } from "./RequestTimeoutError.js"
import { ResponseValidationError } from "./ResponseValidationError.js"

/**
 * The union of the errors that a call to OpenRouter can fail with: one class for each thing that a caller does
 * differently. As a Schema it carries an error to another process and back.
 */
export const OpenRouterError = Schema.Union(
  OpenRouterDefaultError,
  ConnectionError,
  RequestTimeoutError,
  ResponseValidationError,
  InvalidRequestError
).annotations({ identifier: "OpenRouterError" })

/** The union of the errors that a call to OpenRouter can fail with. */
export type OpenRouterError = typeof OpenRouterError.Type

/** Returns `true` if a value is an `OpenRouterError`, also one of another copy of this package. */
export const isOpenRouterError: (u: unknown) => u is OpenRouterError = Schema.is(OpenRouterError)

/**
 * Returns the status that the response means: for a 2XX with an error body the `code` of that error, 404 for null `data`,
 * else the status itself. `null` for an error without a failure status.
 */
export const effectiveStatus = (error: OpenRouterError): number | null => {
  if (error._tag !== "OpenRouterDefaultError") return null
  const { code, reason, status } = error
  if (status < 200 || status >= 300) return status
  if (/^[1-9]\d\d$/.test(String(code))) return Number(code)
  return reason === "NotFound" ? 404 : status
}

/** Returns `true` if OpenRouter has no such record: it is not written yet, never was, or belongs to another key. */
export const isNotFound = (error: OpenRouterError): boolean =>
  error._tag === "OpenRouterDefaultError" && error.reason === "NotFound"

/** Returns `true` if OpenRouter rejected the request because of its rate limit: a 429. */
export const isRateLimited = (error: OpenRouterError): boolean => effectiveStatus(error) === 429

/**
 * Returns `true` if the same request may succeed later: a connection failure, a timeout, a 2XX whose body is not JSON, the
 * statuses 408, 429, 500, 502, 503, 504, 524 and 529, and a 402 that says when to ask again. A 404 is not transient: only
 * `Generations.await` polls it. Nor are a certificate that cannot be verified, a redirect and an unusable dispatcher.
 */
export const isTransient = (error: OpenRouterError): boolean => {
  switch (error._tag) {
    case "ConnectionError":
      return !isPermanent(error)
    case "RequestTimeoutError":
      return true
    case "ResponseValidationError":
      return isUnreadable(error)
    case "InvalidRequestError":
      return false
    case "OpenRouterDefaultError": {
      const status = effectiveStatus(error)
      return status === 402 ? error.retryAfter !== null : status !== null && transientStatuses.includes(status)
    }
  }
}

/**
 * Returns `true` if OpenRouter cannot have processed the request, so that it is safe to send a `POST` again: a 429, a
 * refused connection, or a request that was not sent.
 */
export const isUnprocessed = (error: OpenRouterError): boolean =>
  error._tag === "InvalidRequestError" || isRateLimited(error) ||
  (error._tag === "ConnectionError" && error.code === "ECONNREFUSED")

/** Returns `true` if the request was rejected before anything was sent. */
export const isInvalidRequest = (error: OpenRouterError): boolean => error._tag === "InvalidRequestError"

/** Returns `true` if one attempt took too long. */
export const isTimeout = (error: OpenRouterError): boolean => error._tag === "RequestTimeoutError"

/**
 * Returns `true` if a request for any other id would fail in the same way: a rejected key (401), no credits (402) without
 * a time to ask again, a certificate that cannot be verified, a redirect, an unusable dispatcher, or an invalid option.
 */
export const affectsEveryId = (error: OpenRouterError): boolean => {
  switch (error._tag) {
    case "OpenRouterDefaultError": {
      const status = effectiveStatus(error)
      return status === 401 || (status === 402 && error.retryAfter === null)
    }
    case "ConnectionError":
      return isPermanent(error)
    case "InvalidRequestError":
      return error.field !== "id"
    default:
      return false
  }
}

/**
 * Returns `true` if the request was not handled because too many came before it: a 429, or a 402 that says when to ask again.
 * The same request succeeds later, and so does a request for any other id.
 */
export const isThrottled = (error: OpenRouterError): boolean =>
  isRateLimited(error) || (effectiveStatus(error) === 402 && retryAfter(error) !== null)

/**
 * Returns `true` if no server handled the request: no complete or readable response came in time, or its status is 408 or any 5XX.
 */
export const isUnavailable = (error: OpenRouterError): boolean =>
  (isTransient(error) && !isThrottled(error)) || (effectiveStatus(error) ?? 0) >= 500

/** Returns `true` if the response is a 2XX whose body is not JSON: empty, blank, cut off, or HTML. */
export const isUnreadable = (error: OpenRouterError): boolean =>
  error._tag === "ResponseValidationError" && error.reason === "Unreadable"

/**
 * Returns `true` for a 404 that does not come from OpenRouter, such as the HTML page of a server whose base URL lacks
 * `/api/v1`. It says nothing about the record.
 */
export const isForeignNotFound = (error: OpenRouterError): boolean =>
  effectiveStatus(error) === 404 && !isNotFound(error)

/**
 * Returns `true` for a response of a server that is not OpenRouter: such a 404, or a 2XX whose body is not even the beginning of
 * JSON, such as the HTML of an edge or a login page.
 */
export const isForeign = (error: OpenRouterError): boolean =>
  isForeignNotFound(error) ||
  (error._tag === "ResponseValidationError" && isUnreadable(error) && /^\s*[^\s{]/.test(error.body))

/** Returns `true` if the response has the form of OpenRouter's errors: null `data`, or an `error` with a `code`. */
export const isFromOpenRouter = (error: OpenRouterError): boolean =>
  error._tag === "OpenRouterDefaultError" && (error.reason === "NotFound" || error.code !== null)

/**
 * Returns `true` if two errors report the same failure, possibly of different requests: the same class, status and code, or
 * the same fault in the same field.
 */
export const isSameFailure = (self: OpenRouterError, that: OpenRouterError): boolean => {
  if (self._tag !== that._tag) return false
  switch (self._tag) {
    case "OpenRouterDefaultError":
      return that._tag === self._tag && effectiveStatus(self) === effectiveStatus(that) && self.code === that.code
    case "ResponseValidationError":
      return that._tag === self._tag && self.reason === that.reason && self.field === that.field
    default:
      return true
  }
}

/** Returns the error with another number of requests that the call sent, for a caller that repeats calls. */
export const withAttempts = (error: OpenRouterError, attempts: number): OpenRouterError => {
  switch (error._tag) {
    case "OpenRouterDefaultError": {
      const { body, message, metadata } = error
      return new OpenRouterDefaultError({ ...error, body, message, metadata, attempts })
    }
    case "ConnectionError":
      return new ConnectionError({ ...error, message: error.message, attempts })
    case "RequestTimeoutError":
      return new RequestTimeoutError({ ...error, attempts })
    case "ResponseValidationError":
      return new ResponseValidationError({ ...error, body: error.body, message: error.message, attempts })
    case "InvalidRequestError":
      return error
  }
}

/** Returns the time that the response asked to wait before the next request, or `null` if it named none. */
export const retryAfter = (error: OpenRouterError): Duration.Duration | null =>
  error._tag === "OpenRouterDefaultError" ? error.retryAfter : null

/**
 * The codes of failures that another attempt does not change: OpenSSL and Node.js cannot verify a certificate, the server
 * redirects, or the dispatcher of undici cannot be used.
 */
const permanentCode =
  /^(?:ERR_REDIRECT$|ERR_DISPATCHER$|UND_ERR_INVALID_ARG$|UND_ERR_NOT_SUPPORTED$|ERR_TLS_CERT_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_|UNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF|GET_CRL|DECRYPT_C)|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$)/

const isPermanent = ({ code }: ConnectionError): boolean => code !== null && permanentCode.test(code)
