import * as Headers from "@effect/platform/Headers"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { TransportRequest, TransportSettings } from "./transport.js"

/** Returns a request as `HttpClient` knows it. */
export const toHttpRequest = (
  { baseUrl, headers }: TransportSettings,
  { body, method, path }: TransportRequest,
  traceHeaders: Headers.Headers = Headers.empty
): HttpClientRequest.HttpClientRequest => {
  const request = HttpClientRequest.make(method)(baseUrl + path, { headers: Headers.merge(headers, traceHeaders) })
  return body === undefined ? request : HttpClientRequest.bodyUnsafeJson(request, body)
}
