/**
 * The attributes of a span whose result is a record.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import { effectiveCost, failedAttempts } from "@effect-openrouter/core/GenerationUsage"

/**
 * Returns the attributes of a record: under the names of OpenTelemetry's semantic conventions for generative AI where they have one,
 * and under `openrouter.`. An attribute whose value is unknown is `null`. A private value has no attribute.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
 */
export const spanAttributes = (generation: Generation): Readonly<Record<string, unknown>> => {
  const cost = effectiveCost(generation)
  return {
    "gen_ai.operation.name": generation.apiType === "completions" ? "chat" : generation.apiType,
    "gen_ai.provider.name": generation.providerName,
    "gen_ai.request.model": generation.router ?? generation.model,
    "gen_ai.response.id": generation.id,
    "gen_ai.response.model": generation.model,
    "gen_ai.response.finish_reasons": generation.finishReason === null ? null : [generation.finishReason],
    "gen_ai.usage.input_tokens": generation.nativeTokensPrompt,
    "gen_ai.usage.output_tokens": generation.nativeTokensCompletion,
    "gen_ai.usage.cache_read.input_tokens": generation.nativeTokensCached,
    "gen_ai.usage.reasoning.output_tokens": generation.nativeTokensReasoning,
    "gen_ai.usage.cost": cost,
    "openrouter.provider_name": generation.providerName,
    "openrouter.cost": cost,
    "openrouter.failed_attempts": generation.providerResponses === null ? null : failedAttempts(generation).length
  }
}
