import type { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { redactDefect } from "../redaction/redactDefect.js"
import { attemptTimeout } from "./attemptTimeout.js"
import { fitsLimit, isSuccess } from "./bodyLimit.js"
import { BodyReader, withoutBom } from "./bodyReader.js"
import { serviceIn } from "./fiberState.js"
import { toHttpRequest } from "./httpRequest.js"
import { NoStore } from "./noStore.js"
import { getResponse, isEmptyBody, withoutSpans } from "./platform.js"
import { followedRedirect, hiddenRedirect } from "./redirect.js"
import { withSpan } from "./span.js"
import type { Transport, TransportResponse, TransportSettings } from "./transport.js"
import { CodedError, connectionError, timeoutError } from "./transportError.js"

/** Returns the transport over any `HttpClient`. This file is the only one that knows the errors of the platform. */
export const httpClientTransport = (httpClient: HttpClient.HttpClient): Transport => {
  const client = supervised(httpClient)
  const noStore = new NoStore()
  return (request, settings) =>
    withSpan(request, settings, (traceHeaders) => {
      let headers: Headers.Headers | undefined
      const toError = (error: HttpClientError | CodedError) =>
        connectionError(error instanceof CodedError ? error : error.cause ?? error, request, settings, headers)
      const execute = Effect.suspend(() => {
        const options = noStore.options
        return client.execute(toHttpRequest(settings, request, { ...options.headers, ...traceHeaders })).pipe(
          Effect.mapInputContext((context: Context.Context<Scope.Scope>) => withRequestInit(context, options.init))
        )
      })
      return execute.pipe(
        Effect.catchIf((error) => noStore.isRejectedBy(error.cause), () => execute),
        Effect.flatMap((response) => {
          headers = response.headers
          return readResponse(response, settings, toError)
        }),
        Effect.mapError(toError),
        closeUnlessComplete,
        Effect.catchAllDefect((defect) => Effect.die(redactDefect(defect, settings.redact))),
        attemptTimeout(settings.timeout, () => timeoutError(request, settings, headers))
      )
    })
}

/**
 * Adds what an attempt needs to an `HttpClient`: a scope that closes its connection, no span beside the attempt's own, and
 * no response from another origin. A `ResponseError`, such as that of a client that filters statuses, has a response, too.
 */
const supervised = (
  httpClient: HttpClient.HttpClient
): HttpClient.HttpClient.With<HttpClientError | CodedError, Scope.Scope> =>
  HttpClient.transform(
    HttpClient.withScope(withoutSpans(composable(httpClient))),
    (execute, request) =>
      execute.pipe(
        Effect.catchIf((error) => getResponse(error) !== undefined, (error) => {
          const response = getResponse(error)
          return response === undefined ? Effect.fail(error) : Effect.succeed(response)
        }),
        Effect.flatMap((response) => {
          const failure = response.status === 0
            ? hiddenRedirect()
            : followedRedirect(request.url, responseUrl(response))
          return failure === undefined ? Effect.succeed(response) : Effect.fail(failure)
        })
      )
  )

/** An `HttpClient` that a test wrote by hand may have `execute` and nothing else. */
const composable = (httpClient: HttpClient.HttpClient): HttpClient.HttpClient =>
  Object.hasOwn(httpClient, "postprocess")
    ? httpClient
    : HttpClient.makeWith<never, never, HttpClientError, never>(
      (request) => Effect.flatMap(request, (request) => httpClient.execute(request)),
      Effect.succeed
    )

/** The URL that a response came from: fetch follows redirects by itself, `followRedirects` makes another request. */
const responseUrl = (response: HttpClientResponse & { readonly source?: Partial<Response> }): string =>
  response.source?.redirected === true && response.source.url !== undefined
    ? response.source.url
    : response.request.url

/** The options of fetch that the program provided are kept, but a redirect is not followed: it would take the key along. */
const withRequestInit = <R>(context: Context.Context<R>, init: RequestInit): Context.Context<R> =>
  Context.add(context, FetchHttpClient.RequestInit, {
    ...init,
    ...(serviceIn(context, FetchHttpClient.RequestInit.key) as RequestInit | undefined),
    redirect: "manual"
  })

/** Gives an attempt its scope, which closes the connection unless the response was read to its end. */
const closeUnlessComplete = <A extends TransportResponse, E, R>(
  attempt: Effect.Effect<A, E, R | Scope.Scope>
): Effect.Effect<A, E, Exclude<R, Scope.Scope>> =>
  Effect.flatMap(Scope.make(), (scope) =>
    attempt.pipe(
      Effect.provideService(Scope.Scope, scope),
      Effect.onExit((exit) =>
        Exit.isSuccess(exit) && exit.value.end === "complete" ? Effect.void : Scope.close(scope, exit)
      )
    ))

const readResponse = (
  response: HttpClientResponse,
  settings: TransportSettings,
  toError: (error: HttpClientError) => ConnectionError
): Effect.Effect<TransportResponse> => {
  const { headers, status } = response
  return isSuccess(status) && fitsLimit(headers, settings)
    ? Effect.match(response.text, {
      onSuccess: (text) => ({ status, headers, text: withoutBom(text), end: "complete" }),
      onFailure: (error) => ({ status, headers, text: "", end: toError(error) })
    })
    : readStream(response, settings, toError)
}

/** Reads a body until it ends, breaks off or reaches the limit. Reading stops there, it does not drain. */
const readStream = (
  response: HttpClientResponse,
  settings: TransportSettings,
  toError: (error: HttpClientError) => ConnectionError
): Effect.Effect<TransportResponse> => {
  const { headers, status } = response
  const body = new BodyReader(status, settings)
  let isAtLimit = false
  return Stream.runForEachWhile(response.stream, (chunk) => Effect.sync(() => !(isAtLimit = body.add(chunk)))).pipe(
    Effect.match({
      onSuccess: () => isAtLimit ? "limit" : "complete",
      onFailure: (error) => isEmptyBody(error) ? "complete" : toError(error)
    }),
    Effect.map((end) => ({ status, headers, text: body.text(), end }))
  )
}
