/**
 * The parts of `HttpClient` that the majors of Effect represent in another way.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import { constTrue } from "effect/Function"

/** Returns a client that makes no spans. */
export const withoutSpans: <E, R>(client: HttpClient.HttpClient.With<E, R>) => HttpClient.HttpClient.With<E, R> =
  HttpClient.withTracerDisabledWhen(constTrue)

/** Returns the response of an error, such as that of a client that filters statuses. */
export const getResponse = (error: HttpClientError): HttpClientResponse | undefined =>
  error._tag === "ResponseError" ? error.response : undefined

/** Checks that a response had no body to read. */
export const isEmptyBody = (error: HttpClientError): boolean => error.reason === "EmptyBody"
