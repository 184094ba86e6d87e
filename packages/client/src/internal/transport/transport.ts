import type { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import type { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
import type * as Headers from "@effect/platform/Headers"
import type { HttpClient } from "@effect/platform/HttpClient"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { Redact } from "../redaction/redact.js"

/** Makes one attempt: sends a request and reads its response within the timeouts and the size limit of the settings. */
export interface Transport {
  (
    request: TransportRequest,
    settings: TransportSettings
  ): Effect.Effect<TransportResponse, ConnectionError | RequestTimeoutError>
}

/** The request of one attempt. */
export interface TransportRequest {
  readonly method: "GET" | "POST"
  /** The path below the base URL, with its query. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** The number of requests that the call has sent, this one included. */
  readonly attempts: number
}

/** The settings that a transport needs. */
export interface TransportSettings {
  /** The base URL without a trailing slash, credentials, query or fragment; `origin` and `basePath` are its parts. */
  readonly baseUrl: string
  readonly origin: string
  readonly basePath: string
  /** The headers of every request, the key's included. */
  readonly headers: Headers.Headers
  /** The time of one attempt, its body included. */
  readonly timeout: Duration.Duration
  /** The time to make a connection: DNS, TCP and TLS together. Only a transport that makes its own connections knows it. */
  readonly connectTimeout: Duration.Duration
  /** If `true`, the trace headers are sent. */
  readonly propagateTrace: boolean
  /** The number of bytes that are read of a success. */
  readonly maxBodySize: number
  /** Removes the key from text. */
  readonly redact: Redact
}

/** A response as far as it was read, and the reason why reading ended. */
export interface TransportResponse {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  readonly end: "complete" | "limit" | ConnectionError
}

/** The property of an `HttpClient` that holds its own transport. Copies of this package in one program share it. */
const TransportId = Symbol.for("@effect-openrouter/client/Transport")

/** Gives an `HttpClient` its own transport. An `HttpClient` that is derived from it does not have one. */
export const setTransport = (httpClient: HttpClient, transport: Transport): HttpClient =>
  Object.defineProperty(httpClient, TransportId, { value: transport })

/** Returns the transport of an `HttpClient` that has its own. The mock of a layer seems to have every property. */
export const getTransport = (httpClient: HttpClient & { readonly [TransportId]?: Transport }): Transport | undefined =>
  Object.hasOwn(httpClient, TransportId) ? httpClient[TransportId] : undefined
