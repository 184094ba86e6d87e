/**
 * Spans whose stack trace shows the line of the program that made a call.
 */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Tracer from "effect/Tracer"
import type { AnyFiber } from "./transport/fiberState.js"

/** A span, and the line that it shows in a stack trace. */
export interface SpanAt {
  readonly name: string
  readonly kind?: Tracer.SpanKind
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly site: false | (() => string | undefined)
}

/**
 * Runs an effect in a span, in the fiber that runs it. `describe` adds to the span what the exit says, and returns `true` for a failure that does not fail the
 * span.
 */
export const useSpanAt = <A, E, R>(
  _: AnyFiber,
  { attributes = {}, kind = "internal", name, site }: SpanAt,
  use: (span: Tracer.Span) => Effect.Effect<A, E, R>,
  describe: (span: Tracer.Span, exit: Exit.Exit<A, E>) => boolean
): Effect.Effect<A, E, Exclude<R, Tracer.ParentSpan>> =>
  Effect.flatten(Effect.useSpan(name, { attributes, kind }, (span) => {
    const described = Effect.flatMap(
      Effect.exit(use(span)),
      (exit) => describe(span, exit) ? Effect.succeed<Effect.Effect<A, E>>(exit) : Effect.map(exit, Effect.succeed)
    )
    return Effect.withParentSpan(described, span, { captureStackTrace: site })
  }))

/** Fails again with an error, as if it had failed in a span. */
export const failInSpanAt = <E>(error: E, { name, site }: SpanAt): Effect.Effect<never, E> =>
  Effect.withSpan(Effect.fail(error), name, { captureStackTrace: site })
