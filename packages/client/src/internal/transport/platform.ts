/**
 * The parts of `HttpClient` that the majors of Effect represent in another way.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue } from "effect/Function"
import * as Runtime from "effect/Runtime"

/**
 * Starts an effect at once in a fiber of its own, with the services of a context, in which `HttpClient` makes no spans. The
 * fiber is as interruptible as the one that starts it. Combinators that change its state one by one take 60 steps of a fiber.
 */
export const startFiber = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  context: Context.Context<R>
): Effect.Effect<Fiber.RuntimeFiber<A, E>> =>
  Effect.map(
    Effect.runtime<never>(),
    ({ fiberRefs, runtimeFlags }) =>
      Runtime.runFork(Runtime.make({ context, fiberRefs, runtimeFlags }), effect, {
        updateRefs: (refs, fiberId) =>
          FiberRefs.updateAs(refs, { fiberId, fiberRef: HttpClient.currentTracerDisabledWhen, value: constTrue })
      })
  )

/** Returns the response of an error, such as that of a client that filters statuses. */
export const getResponse = (error: HttpClientError): HttpClientResponse | undefined =>
  error._tag === "ResponseError" ? error.response : undefined

/** Checks that a response had no body to read. */
export const isEmptyBody = (error: HttpClientError): boolean => error.reason === "EmptyBody"
