/**
 * Spans whose stack trace shows the line of the program that made a call.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRef from "effect/FiberRef"
import * as Tracer from "effect/Tracer"
import { type AnyFiber, getClock } from "./transport/fiberState.js"

/** A span, and the line that it shows in a stack trace. */
export interface SpanAt {
  readonly name: string
  readonly kind?: Tracer.SpanKind
  readonly attributes?: Readonly<Record<string, unknown>>
  readonly site: false | (() => string | undefined)
}

/**
 * Runs an effect in a span. The caller runs it in `fiber`, in an uninterruptible region; `use` restores what may be interrupted.
 * `describe` adds to the span what the exit says, and returns `true` for a failure that does not fail the span. `Effect.useSpan`
 * with `Effect.withParentSpan` takes four times the steps of a fiber, and OpenTelemetry's context is entered at each step.
 */
export const useSpanAt = <A, E, R>(
  fiber: AnyFiber,
  { attributes, kind = "internal", name, site }: SpanAt,
  use: (span: Tracer.Span) => Effect.Effect<A, E, R>,
  describe: (span: Tracer.Span, exit: Exit.Exit<A, E>) => boolean
): Effect.Effect<A, E, R> =>
  Effect.flatMap(
    Effect.makeSpan(name, { attributes, kind, captureStackTrace: site }),
    (span) => {
      const clock = getClock(fiber)
      const isTimed = fiber.getFiberRef(FiberRef.currentTracerTimingEnabled)
      const context = fiber.currentContext
      const end = (exit: Exit.Exit<A, E>) =>
        Effect.flatMap(FiberRef.set(FiberRef.currentContext, context), () => {
          const isExpected = describe(span, exit)
          if (Exit.isFailure(exit) && !isExpected && site !== false) span.attribute("code.stacktrace", site())
          span.end(isTimed ? clock.unsafeCurrentTimeNanos() : 0n, isExpected ? Exit.void : exit)
          return exit
        })
      return Effect.matchCauseEffect(
        Effect.flatMap(
          FiberRef.set(FiberRef.currentContext, Context.add(context, Tracer.ParentSpan, span)),
          () => use(span)
        ),
        { onFailure: (cause) => end(Exit.failCause(cause)), onSuccess: (value) => end(Exit.succeed(value)) }
      )
    }
  )

/** Fails again with an error, as if it had failed in a span. */
export const failInSpanAt = <E>(error: E, { name, site }: SpanAt): Effect.Effect<never, E> =>
  Effect.withSpan(Effect.fail(Cause.originalError(error)), name, { captureStackTrace: site })
