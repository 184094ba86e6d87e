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
  HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const received = yield* Effect.mapError(
        toWeb(request, url),
        (cause) => new HttpClientError.RequestError({ request, reason: "Encode", cause })
      )
      const response = yield* Effect.provideService(
        app,
        HttpServerRequest.HttpServerRequest,
        HttpServerRequest.fromWeb(received)
      )
      const runtime = yield* Effect.runtime()
      return HttpClientResponse.fromWeb(request, HttpServerResponse.toWeb(response, { runtime }))
    })
  )

const toWeb = (request: HttpClientRequest.HttpClientRequest, url: URL) =>
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
