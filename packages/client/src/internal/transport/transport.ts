import type { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import type { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
import type * as Headers from "@effect/platform/Headers"
import type { HttpClient } from "@effect/platform/HttpClient"
import type * as Effect from "effect/Effect"
import type { OpenRouterRequest } from "../../OpenRouterRequest.js"
import { maxErrorBody } from "../response/truncate.js"
import type { Settings } from "../settings.js"

/** An answer as far as it was read, and why reading ended there. */
export interface Answer {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  readonly end: "complete" | "bound" | ConnectionError
}

/** What is sent of a request. */
export type Sent = Omit<OpenRouterRequest<unknown, unknown>, "schema">

/** Makes one attempt: sends the request and reads its answer, all within the timeout and the bounds of the settings. */
export interface Transport {
  (request: Sent, settings: Settings): Effect.Effect<Answer, ConnectionError | RequestTimeoutError>
}

const own = new WeakMap<HttpClient, Transport>()

/** Lets an `HttpClient` make attempts in a way of its own; one that is derived from it is an ordinary one again. */
export const setTransport = (httpClient: HttpClient, transport: Transport): void => void own.set(httpClient, transport)

/** How this `HttpClient` makes attempts, if it has a way of its own. */
export const getTransport = (httpClient: HttpClient): Transport | undefined => own.get(httpClient)

/** Whether a status is a success: any 2XX. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300

/** Whether so much of a body is enough: a success is read up to a bound of bytes, a failure up to what an error keeps. */
export const isEnough = (status: number, settings: Settings, bytes: number, characters: number): boolean =>
  isSuccess(status) ? bytes > settings.maxBodySize : characters > maxErrorBody
