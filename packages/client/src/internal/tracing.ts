/**
 * Spans that cost nothing where nobody reads them.
 */
import * as Effect from "effect/Effect"
import { type AnyFiber, getTracer, withFiber } from "./transport/fiberState.js"

export { failInSpanAt, type SpanAt, useSpanAt } from "./spanAt.js"
export type { AnyFiber } from "./transport/fiberState.js"

const nativeTracer = Effect.runSync(Effect.tracer)

/** Returns `true` if somebody may read the spans of a fiber. Effect's own tracer keeps none. */
export const isTraced = (fiber: AnyFiber): boolean => getTracer(fiber) !== nativeTracer

/** Runs the first effect if somebody may read the spans of the fiber, else the second one. */
export const ifTraced = <A, E, R>(
  traced: (fiber: AnyFiber) => Effect.Effect<A, E, R>,
  untraced: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => withFiber((fiber) => isTraced(fiber) ? traced(fiber) : untraced())
