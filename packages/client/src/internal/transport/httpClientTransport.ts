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
import { getResponse, isEmptyBody, startFiber } from "./platform.js"
import { followedRedirect, hiddenRedirect } from "./redirect.js"
import { withSpan } from "./span.js"
import type { Transport, TransportResponse, TransportSettings } from "./transport.js"
import { CodedError, connectionError, timeoutError } from "./transportError.js"

/** Returns the transport over any `HttpClient`. This file is the only one that knows the errors of the platform. */
export const httpClientTransport = (httpClient: HttpClient.HttpClient): Transport => {
  const client = supervised(httpClient)
  const noStore = new NoStore()
  return (request, settings) =>
    withSpan(request, settings, (traceHeaders, _, restore) => {
      let headers: Headers.Headers | undefined
      const toError = (error: HttpClientError | CodedError) =>
        connectionError(error instanceof CodedError ? error : error.cause ?? error, request, settings, headers)
      const execute = Effect.suspend(() =>
        client.execute(toHttpRequest(settings, request, { ...noStore.options.headers, ...traceHeaders }))
      )
      const read = (response: HttpClientResponse) => {
        headers = response.headers
        return readResponse(response, headers, settings, toError)
      }
      const start = (given: Context.Context<never>, scope: Scope.CloseableScope) => {
        const services = () => Context.add(withRequestInit(given, noStore.options.init), Scope.Scope, scope)
        const attempt = Effect.matchEffect(execute, {
          onSuccess: read,
          onFailure: (error) =>
            noStore.isRejectedBy(error.cause)
              ? execute.pipe(Effect.provide(services()), Effect.mapError(toError), Effect.flatMap(read))
              : Effect.fail(toError(error))
        })
        const safe = Effect.catchAllDefect(attempt, (defect) => Effect.die(redactDefect(defect, settings.redact)))
        return startFiber(closeUnlessComplete(safe, scope), services())
      }
      return attemptTimeout(
        Effect.flatMap(
          Effect.context<never>(),
          (given) => Effect.flatMap(Scope.make(), (scope) => start(given, scope))
        ),
        settings.timeout,
        () => timeoutError(request, settings, headers),
        restore
      )
    })
}

/**
 * Adds what an attempt needs to an `HttpClient`: a scope that closes its connection, and no response from another origin. A
 * `ResponseError`, such as that of a client that filters statuses, has a response, too.
 */
const supervised = (
  httpClient: HttpClient.HttpClient
): HttpClient.HttpClient.With<HttpClientError | CodedError, Scope.Scope> =>
  HttpClient.transform(HttpClient.withScope(composable(httpClient)), (execute, request) => {
    const check = (response: HttpClientResponse): Effect.Effect<HttpClientResponse, CodedError> => {
      const failure = response.status === 0
        ? hiddenRedirect()
        : followedRedirect(request.url, responseUrl(response))
      return failure === undefined ? Effect.succeed(response) : Effect.fail(failure)
    }
    return Effect.matchEffect(execute, {
      onSuccess: check,
      onFailure: (error): Effect.Effect<HttpClientResponse, HttpClientError | CodedError> => {
        const response = getResponse(error)
        return response === undefined ? Effect.fail(error) : check(response)
      }
    })
  })

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

/** Runs an attempt interruptibly, and closes its scope, and with it the connection, unless the response was read to its end. */
const closeUnlessComplete = <E, R>(
  attempt: Effect.Effect<TransportResponse, E, R>,
  scope: Scope.CloseableScope
): Effect.Effect<Exit.Exit<TransportResponse, E>, never, R> =>
  Effect.flatMap(
    Effect.exit(Effect.interruptible(attempt)),
    (exit) =>
      Exit.isSuccess(exit) && exit.value.end === "complete"
        ? Effect.succeed(exit)
        : Effect.as(Scope.close(scope, exit), exit)
  )

const readResponse = (
  response: HttpClientResponse,
  headers: Headers.Headers,
  settings: TransportSettings,
  toError: (error: HttpClientError) => ConnectionError
): Effect.Effect<TransportResponse> => {
  const { status } = response
  return isSuccess(status) && fitsLimit(headers, settings)
    ? Effect.match(response.text, {
      onSuccess: (text) => ({ status, headers, text: withoutBom(text), end: "complete" }),
      onFailure: (error) => ({ status, headers, text: "", end: toError(error) })
    })
    : readStream(response, headers, settings, toError)
}

/** Reads a body until it ends, breaks off or reaches the limit. Reading stops there, it does not drain. */
const readStream = (
  response: HttpClientResponse,
  headers: Headers.Headers,
  settings: TransportSettings,
  toError: (error: HttpClientError) => ConnectionError
): Effect.Effect<TransportResponse> => {
  const { status } = response
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
