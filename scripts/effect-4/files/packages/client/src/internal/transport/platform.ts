/**
 * The parts of `HttpClient` that the majors of Effect represent in another way.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { constTrue } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"

/**
 * Starts an effect at once in a fiber of its own, with the services of a context, in which `HttpClient` makes no spans. The
 * fiber is as interruptible as the one that starts it.
 */
export const startFiber = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  context: Context.Context<R>
): Effect.Effect<Fiber.Fiber<A, E>> =>
  effect.pipe(
    Effect.provideService(HttpClient.TracerDisabledWhen, constTrue),
    Effect.provideContext(context),
    Effect.forkDetach({ startImmediately: true, uninterruptible: "inherit" })
  )

/** Returns the response of an error, such as that of a client that filters statuses. */
export const getResponse = (error: HttpClientError): HttpClientResponse | undefined => error.response

/** Checks that a response had no body to read. */
export const isEmptyBody = (error: HttpClientError): boolean => error.reason._tag === "EmptyBodyError"
