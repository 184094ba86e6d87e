/**
 * The state of a fiber that an attempt needs, read at once instead of by Effects.
 */
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"

/** A fiber of any type. */
export type AnyFiber = Fiber.Fiber<unknown, unknown>

/** Runs a function with the fiber that runs it. */
export const withFiber: <A, E, R>(use: (fiber: AnyFiber) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  Effect.withFiber

/** Returns the clock of a fiber. */
export const getClock = (fiber: AnyFiber): Clock.Clock => fiber.getRef(Clock.Clock)

/** Returns a service of a fiber by its key, or `undefined`. */
export const getService = (fiber: AnyFiber, key: string): unknown => fiber.context.mapUnsafe.get(key)

/** Returns a service of a context by its key, or `undefined`. */
export const serviceIn = <R>(context: Context.Context<R>, key: string): unknown => context.mapUnsafe.get(key)

/** Returns the tracer of a fiber. */
export const getTracer = (fiber: AnyFiber): Tracer.Tracer | undefined => fiber.getRef(Tracer.Tracer)

/** The tracing of a fiber. */
export interface Tracing {
  readonly isEnabled: boolean
  readonly isPropagated: boolean
  readonly parent: Tracer.AnySpan | undefined
  readonly isDisabledFor: (request: HttpClientRequest) => boolean
  readonly spanName: (request: HttpClientRequest) => string
}

/** Returns the tracing of a fiber. */
export const getTracing = (fiber: AnyFiber): Tracing => ({
  isEnabled: fiber.getRef(References.TracerEnabled),
  isPropagated: fiber.getRef(HttpClient.TracerPropagationEnabled),
  parent: fiber.cache.span,
  isDisabledFor: (request) => fiber.getRef(HttpClient.TracerDisabledWhen)(request),
  spanName: (request) => fiber.getRef(HttpClient.SpanNameGenerator)(request)
})
