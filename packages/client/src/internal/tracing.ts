/**
 * Spans that cost nothing where nobody reads them.
 */
import * as Effect from "effect/Effect"
import type * as Tracer from "effect/Tracer"
import { type AnyFiber, tracerOf, withFiber, withoutSpan } from "./transport/fiberState.js"

const nativeTracer = Effect.runSync(Effect.tracer)

/** Returns `true` if somebody may read the spans of a fiber. Effect's own tracer keeps none. */
export const isTraced = (fiber: AnyFiber): boolean => tracerOf(fiber) !== nativeTracer

/** Runs the first effect if somebody may read the spans of the fiber, else the second one. */
export const ifTraced = <A, E, R>(
  traced: () => Effect.Effect<A, E, R>,
  untraced: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => withFiber((fiber) => isTraced(fiber) ? traced() : untraced())

/** Fails with an error as if it had failed in a span: its stack trace shows that span. */
export const failInSpan = <E>(error: E, name: string, options: Tracer.SpanOptions): Effect.Effect<never, E> =>
  Effect.withSpan(Effect.fail(withoutSpan(error)), name, options)
