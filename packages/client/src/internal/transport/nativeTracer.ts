import * as Effect from "effect/Effect"

/** Effect's own tracer, which makes spans that nobody sees: what is done for those who look can be left undone with it. */
export const nativeTracer = Effect.runSync(Effect.tracer)
