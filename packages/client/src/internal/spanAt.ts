/**
 * Spans whose stack trace shows the line of the program that made a call.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Tracer from "effect/Tracer"

/** A span, and the line that it shows in a stack trace. */
export interface SpanAt {
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly site: () => string | undefined
}

/** Runs an effect in a span. */
export const useSpanAt = <A, E, R>(
  { attributes, name, site }: SpanAt,
  use: (span: Tracer.Span) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.useSpan(name, { attributes, captureStackTrace: site }, (span) => Effect.withParentSpan(use(span), span))

/** Fails again with an error, as if it had failed in a span. */
export const failInSpanAt = <E>(error: E, { name, site }: SpanAt): Effect.Effect<never, E> =>
  Effect.withSpan(Effect.fail(Cause.originalError(error)), name, { captureStackTrace: site })
