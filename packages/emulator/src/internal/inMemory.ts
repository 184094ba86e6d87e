import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { App } from "./handle.js"

/** A client that calls the app directly. Requests and streamed bodies run on the clock of the calling fiber. */
export const inMemory = (app: App): HttpClient.HttpClient =>
  HttpClient.make((request, url, signal) =>
    Effect.gen(function*() {
      const received = yield* Effect.mapError(
        toWebRequest(request, url),
        (cause) => new HttpClientError.RequestError({ request, reason: "Encode", cause })
      )
      const response = yield* Effect.provideService(
        app,
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(received)
      )
      const web = yield* toWebResponse(response, signal)
      return HttpClientResponse.fromWeb(request, web)
    })
  )

/**
 * A streamed body runs on the caller's runtime, whether or not it is read, as a server sends ahead. It stops when the caller
 * gives up the request: interrupted while it waits for a text, or by its scope.
 */
const toWebResponse = (response: HttpServerResponse.HttpServerResponse, signal: AbortSignal) =>
  Effect.map(Effect.runtime(), (runtime) => {
    const { body } = response
    return body._tag === "Stream"
      ? new Response(
        Stream.toReadableStreamRuntime(Stream.interruptWhen(body.stream, aborted(signal)), runtime, {
          strategy: { highWaterMark: Infinity }
        }),
        { status: response.status, headers: response.headers }
      )
      : HttpServerResponse.toWeb(response)
  })

const aborted = (signal: AbortSignal) =>
  Effect.async<void>((resume) => {
    const onAbort = () => resume(Effect.void)
    signal.addEventListener("abort", onAbort)
    return Effect.sync(() => signal.removeEventListener("abort", onAbort))
  })

const toWebRequest = (request: HttpClientRequest.HttpClientRequest, url: URL) =>
  Effect.flatMap(
    readText(request),
    (body) =>
      Effect.try(() => new Request(url, { method: request.method, headers: request.headers, body: body || null }))
  )

const readText = ({ body }: HttpClientRequest.HttpClientRequest): Effect.Effect<string, unknown> => {
  switch (body._tag) {
    case "Empty":
      return Effect.succeed("")
    case "Uint8Array":
      return Effect.sync(() => new TextDecoder().decode(body.body))
    case "Raw":
      return Effect.tryPromise(() => new Response(body.body as BodyInit | null).text())
    case "FormData":
      return Effect.tryPromise(() => new Response(body.formData).text())
    case "Stream":
      return Stream.mkString(Stream.decodeText(body.stream))
  }
}
