/**
 * What the numbers of one record mean: the part of `Usage` that needs nothing else.
 */
import type { Generation } from "./Generation.js"
import { finiteOrNull } from "./internal/usage/finiteOrNull.js"
import type { ProviderResponse } from "./ProviderResponse.js"

/**
 * What was really spent, in USD: `totalCost`, and on top of it, only when the caller's own provider key was used,
 * `upstreamInferenceCost`. Without BYOK the upstream cost is already inside `totalCost`. `usage` stands in for a missing
 * `totalCost`; without either the cost is unknown: `null`, never 0.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 *
 * Usage.effectiveCost({ totalCost: 0.0015, usage: null, isByok: false, upstreamInferenceCost: 0.0012 }) // 0.0015
 * Usage.effectiveCost({ totalCost: 0, usage: 0, isByok: true, upstreamInferenceCost: 0.0009 }) // 0.0009
 * Usage.effectiveCost({ totalCost: null, usage: null, isByok: false, upstreamInferenceCost: null }) // null
 * ```
 */
export const effectiveCost = (
  generation: Pick<Generation, "totalCost" | "usage" | "isByok" | "upstreamInferenceCost">
): number | null => {
  const cost = costOf(generation)
  return cost === null ? null : finiteOrNull(cost.credits + cost.byok)
}

/**
 * The two parts of the effective cost, in USD: what OpenRouter charged to its credits, and what the provider charged to
 * the caller's own key. `null` where the cost is unknown.
 */
export const costOf = (
  generation: Pick<Generation, "totalCost" | "usage" | "isByok" | "upstreamInferenceCost">
): { readonly credits: number; readonly byok: number } | null => {
  const credits = generation.totalCost ?? generation.usage
  if (credits === null) return null
  return { credits, byok: generation.isByok === true ? generation.upstreamInferenceCost ?? 0 : 0 }
}

/**
 * Billed completion tokens per second of `generationTime`, which includes the time to the first token. `null` where
 * either is unknown or no time passed.
 */
export const tokensPerSecond = (
  generation: Pick<Generation, "nativeTokensCompletion" | "generationTime">
): number | null => {
  const { generationTime, nativeTokensCompletion } = generation
  if (nativeTokensCompletion === null || generationTime === null || !(generationTime > 0)) return null
  return finiteOrNull(nativeTokensCompletion / (generationTime / 1000))
}

/**
 * The provider attempts that failed, in the order received: those whose status is known and not 200. An attempt without
 * a status is not counted, because it is not known to have failed.
 */
export const failedAttempts = (generation: Pick<Generation, "providerResponses">): ReadonlyArray<ProviderResponse> =>
  (generation.providerResponses ?? []).filter(({ status }) => status !== null && status !== 200)
