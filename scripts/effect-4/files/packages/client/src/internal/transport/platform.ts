/**
 * The parts of `HttpClient` that the majors of Effect represent in another way.
 */
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"

/** Returns a client that makes no spans. */
export const withoutSpans: <E, R>(client: HttpClient.HttpClient.With<E, R>) => HttpClient.HttpClient.With<E, R> =
  HttpClient.transformResponse(Effect.provideService(HttpClient.TracerDisabledWhen, constTrue))

/** Returns the response of an error, such as that of a client that filters statuses. */
export const getResponse = (error: HttpClientError): HttpClientResponse | undefined => error.response

/** Checks that a response had no body to read. */
export const isEmptyBody = (error: HttpClientError): boolean => error.reason._tag === "EmptyBodyError"
