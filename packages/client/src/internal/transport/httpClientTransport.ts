import { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Stream from "effect/Stream"
import { withoutSecret } from "../redaction/redactDefect.js"
import { attemptTimeout } from "./attemptTimeout.js"
import { exceedsLimit, isSuccess } from "./bodyLimit.js"
import * as ConnectionError from "./connectionError.js"
import { nativeTracer } from "./nativeTracer.js"
import type { Transport, TransportRequest, TransportResponse, TransportSettings } from "./transport.js"

/** Attempts over any `HttpClient`. */
export const httpClientTransport = (httpClient: HttpClient.HttpClient): Transport => (request, settings) =>
  Effect.zipRight(ownFiberRefs, httpClient.execute(toHttpRequest(settings, request))).pipe(
    Effect.matchEffect({
      onSuccess: (response) => readAnswer(response, settings),
      onFailure: (error) =>
        // A client that filters statuses fails with what is an answer all the same.
        error._tag === "ResponseError"
          ? readAnswer(error.response, settings)
          : Effect.fail(ConnectionError.fromHttpClientError(error, settings.scrub))
    }),
    Effect.catchAllDefect((defect) => Effect.die(withoutSecret(defect, settings.scrub))),
    attemptTimeout(settings.timeout, () => new RequestTimeoutError({ timeout: settings.timeout }))
  )

export const toHttpRequest = (
  { baseUrl, headers }: TransportSettings,
  { body, method, path }: TransportRequest
): HttpClientRequest.HttpClientRequest => {
  const request = HttpClientRequest.make(method)(baseUrl + path, { headers })
  return body === undefined ? request : HttpClientRequest.bodyUnsafeJson(request, body)
}

// Set for good, because the attempt has a fiber of its own.
const ownFiberRefs = Effect.withFiberRuntime<void>((fiber) => {
  const setContext = FiberRef.set(FiberRef.currentContext, withoutRedirects(fiber.currentContext))
  return Effect.tracerWith((tracer) =>
    tracer === nativeTracer
      ? setContext
      : Effect.zipRight(setContext, FiberRef.set(Headers.currentRedactedNames, redactedHeaders))
  )
})

// fetch would follow a redirect, to another origin too. What the program asked of fetch otherwise is kept.
const withoutRedirects = (context: Context.Context<never>): Context.Context<never> => {
  const given = Context.getOption(context, FetchHttpClient.RequestInit)
  return Context.add(
    context,
    FetchHttpClient.RequestInit,
    given._tag === "Some" ? { ...given.value, ...manual } : manual
  )
}

const manual: RequestInit = { redirect: "manual" }

/** A span shows every header that is not redacted, and a proxy may echo the key in any. */
export const redactedHeaders = [/^(?!accept$|content-length$|content-type$|retry-after$|x-ratelimit-)/]

const readAnswer = (response: HttpClientResponse, settings: TransportSettings): Effect.Effect<TransportResponse> => {
  const { headers, status } = response
  const answer = (text: string, end: "complete" | "limit" | HttpClientError): TransportResponse => ({
    status,
    headers,
    text,
    end: typeof end === "string" ? end : ConnectionError.fromHttpClientError(end, settings.scrub)
  })
  return isSuccess(status) && isKnownToFit(headers, settings.maxBodySize)
    ? Effect.match(response.text, {
      onSuccess: (text) => answer(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, "complete"),
      onFailure: (error) => answer("", error)
    })
    : readUntilEnough(response, settings, answer)
}

/** HTTP holds a body to its `Content-Length`, except for one that is compressed and grows when it is read. */
const isKnownToFit = (headers: Headers.Headers, maxBytes: number): boolean => {
  const length = headers["content-length"]
  return length !== undefined && headers["content-encoding"] === undefined && /^\d+$/.test(length) &&
    Number(length) <= maxBytes
}

/**
 * Reads a body as UTF-8 text (invalid bytes become U+FFFD, a BOM is dropped) until it ends, breaks off, or is enough.
 * What has been read is kept in each case. Reading stops at the bound and closes the connection, it does not drain.
 */
const readUntilEnough = (
  response: HttpClientResponse,
  settings: TransportSettings,
  answer: (text: string, end: "complete" | "limit" | HttpClientError) => TransportResponse
): Effect.Effect<TransportResponse> => {
  const decoder = new TextDecoder()
  let text = ""
  let bytes = 0
  const isDone = () => exceedsLimit(response.status, settings, bytes, text.length)
  return Stream.runForEachWhile(response.stream, (chunk) =>
    Effect.sync(() => {
      bytes += chunk.length
      text += decoder.decode(chunk, { stream: true })
      return !isDone()
    })).pipe(
      Effect.match({
        onSuccess: () => (isDone() ? "limit" : "complete"),
        onFailure: (error) => (error.reason === "EmptyBody" ? "complete" : error)
      }),
      Effect.map((end) => answer(text + decoder.decode(), end))
    )
}
