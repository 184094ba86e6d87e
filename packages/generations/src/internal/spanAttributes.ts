import type { Generation } from "@effect-openrouter/core/Generation"
import { effectiveCost, failedAttempts } from "@effect-openrouter/core/GenerationUsage"
import * as Effect from "effect/Effect"

/** Effect's own tracer, which makes spans that nobody sees. */
const ownTracer = Effect.runSync(Effect.tracer)

/** Tells the current span of a result, unless nobody sees it. */
export const annotateSpan = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  attributes: (value: A) => Readonly<Record<string, unknown>>
): Effect.Effect<A, E, R> =>
  Effect.tracerWith((tracer) =>
    tracer === ownTracer ? effect : Effect.tap(effect, (value) => Effect.annotateCurrentSpan(attributes(value)))
  )

/**
 * What a span tells of a record: by the names of OpenTelemetry's semantic conventions for generative AI where they have one,
 * else under `openrouter.`. What is unknown is left out, and so is what is private.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
 */
export const spanAttributes = (generation: Generation): Readonly<Record<string, unknown>> => {
  const attributes = {
    "gen_ai.response.id": generation.id,
    "gen_ai.response.model": generation.model,
    "gen_ai.response.finish_reasons": generation.finishReason === null ? null : [generation.finishReason],
    "gen_ai.usage.input_tokens": generation.nativeTokensPrompt,
    "gen_ai.usage.output_tokens": generation.nativeTokensCompletion,
    "openrouter.provider_name": generation.providerName,
    "openrouter.cost": effectiveCost(generation),
    "openrouter.failed_attempts": generation.providerResponses === null ? null : failedAttempts(generation).length
  }
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
}
