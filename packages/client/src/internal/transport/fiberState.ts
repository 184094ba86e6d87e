/**
 * The state of a fiber that an attempt needs, read at once instead of by Effects.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientRequest } from "@effect/platform/HttpClientRequest"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import type * as Tracer from "effect/Tracer"

/** A fiber of any type. */
export type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

/** Runs a function with the fiber that runs it. */
export const withFiber: <A, E, R>(use: (fiber: AnyFiber) => Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  Effect.withFiberRuntime

/** Returns the clock of a fiber. */
export const getClock = (fiber: AnyFiber): Clock.Clock => Context.get(fiber.currentDefaultServices, Clock.Clock)

/** Returns a service of a fiber by its key, or `undefined`. */
export const getService = (fiber: AnyFiber, key: string): unknown => fiber.currentContext.unsafeMap.get(key)

/** Returns a service of a context by its key, or `undefined`. */
export const serviceIn = <R>(context: Context.Context<R>, key: string): unknown => context.unsafeMap.get(key)

/** Returns the tracer of a fiber. */
export const getTracer = (fiber: AnyFiber): Tracer.Tracer | undefined => fiber.currentTracer

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
  isEnabled: fiber.getFiberRef(FiberRef.currentTracerEnabled),
  isPropagated: fiber.getFiberRef(HttpClient.currentTracerPropagation),
  parent: fiber.currentSpan,
  isDisabledFor: (request) => fiber.getFiberRef(HttpClient.currentTracerDisabledWhen)(request),
  spanName: (request) => Context.get(fiber.currentContext, HttpClient.SpanNameGenerator)(request)
})
