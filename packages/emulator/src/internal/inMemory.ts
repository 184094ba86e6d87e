import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"

/** A client whose requests are answered by an app, in the fiber that makes them: its clock is the app's. */
export const inMemory = (httpApp: HttpApp.Default): HttpClient.HttpClient =>
  HttpClient.make((request, url) =>
    httpApp.pipe(
      Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromWeb(toWeb(request, url))),
      Effect.scoped,
      Effect.mapBoth({
        onSuccess: (response) => HttpClientResponse.fromWeb(request, HttpServerResponse.toWeb(response)),
        onFailure: (cause) => new HttpClientError.RequestError({ request, reason: "Transport", cause })
      })
    )
  )

const toWeb = ({ body, headers, method }: HttpClientRequest.HttpClientRequest, url: URL): Request =>
  new Request(url, {
    method,
    headers,
    body: body._tag === "Uint8Array" ? Uint8Array.from(body.body) : null
  })
