import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as Effect from "effect/Effect"
import type { ReceivedRequest } from "../ReceivedRequest.js"

/** A request whose path and query have been read. */
interface RoutedRequest extends ReceivedRequest {
  /** The path without the query, such as `/api/v1/generation`. */
  readonly path: string
  readonly query: URLSearchParams
}

/** Handles the requests of one method and path. */
export type Endpoint = (request: RoutedRequest) => Effect.Effect<HttpServerResponse.HttpServerResponse>

/** Endpoints by method and path: `GET /api/v1/generation`. */
export type Endpoints = Readonly<Record<string, Endpoint>>
