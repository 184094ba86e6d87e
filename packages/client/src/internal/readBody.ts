import * as Headers from "@effect/platform/Headers"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** The body of an answer as text, as far as it was read, and why reading ended there. */
export interface Body {
  readonly text: string
  readonly end: "complete" | "bound" | HttpClientError
}

/** Whether enough has been read. */
interface Bound {
  (bytes: number, text: string): boolean
}

/**
 * Reads a body as UTF-8 text (invalid bytes become U+FFFD, a BOM is dropped) until it ends, breaks off, or is enough.
 * What has been read is kept in each case. Reading stops at the bound and closes the connection, it does not drain.
 */
export const readBody = (response: HttpClientResponse, isEnough: Bound): Effect.Effect<Body> => {
  const decoder = new TextDecoder()
  let text = ""
  let bytes = 0
  return Stream.runForEachWhile(response.stream, (chunk) =>
    Effect.sync(() => {
      bytes += chunk.length
      text += decoder.decode(chunk, { stream: true })
      return !isEnough(bytes, text)
    })).pipe(
      Effect.match({
        onSuccess: () => (isEnough(bytes, text) ? "bound" : "complete"),
        onFailure: (error) => (error.reason === "EmptyBody" ? "complete" : error)
      }),
      Effect.map((end): Body => ({ text: text + decoder.decode(), end }))
    )
}

/** The same, faster, for a body whose declared length is below a bound of bytes. */
export const readBodyUpTo = (response: HttpClientResponse, maxBytes: number): Effect.Effect<Body> =>
  isKnownToFit(response.headers, maxBytes)
    ? Effect.match(response.text, {
      onSuccess: (text): Body => ({ text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, end: "complete" }),
      onFailure: (error): Body => ({ text: "", end: error })
    })
    : readBody(response, (bytes) => bytes > maxBytes)

/** HTTP holds a body to its `Content-Length`, except for one that is compressed and grows when it is read. */
const isKnownToFit = (headers: Headers.Headers, maxBytes: number): boolean =>
  !Headers.has(headers, "content-encoding") &&
  Option.exists(Headers.get(headers, "content-length"), (length) => /^\d+$/.test(length) && Number(length) <= maxBytes)
