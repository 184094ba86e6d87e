import type * as Headers from "@effect/platform/Headers"

/** Returns the identifier that the server or its edge gave to a response, or `null` if it gave none. */
export const requestId = (headers: Headers.Headers): string | null =>
  headers["x-request-id"] ?? headers["request-id"] ?? headers["cf-ray"] ?? null
