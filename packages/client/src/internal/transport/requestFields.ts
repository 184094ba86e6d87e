import type * as Headers from "@effect/platform/Headers"
import type { TransportRequest, TransportSettings } from "./transport.js"

/** Returns the fields that identify the request of an error. `headers` are those of its response, if one began. */
export const requestFields = (
  { attempts, method, path }: TransportRequest,
  { baseUrl, redact }: TransportSettings,
  headers: Headers.Headers
) => {
  const id = requestId(headers)
  return { method, url: redact(baseUrl + path), requestId: id === null ? null : redact(id), attempts }
}

/** Returns the identifier that the server or its edge gave to a response, or `null` if it gave none. */
const requestId = (headers: Headers.Headers): string | null =>
  headers["x-request-id"] ?? headers["request-id"] ?? headers["cf-ray"] ?? null
