/**
 * What the numbers of a record mean.
 */
import type { Generation } from "./Generation.js"
import type { ProviderResponse } from "./ProviderResponse.js"

const finiteOrNull = (value: number): number | null => Number.isFinite(value) ? value : null

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
  const charged = generation.totalCost ?? generation.usage
  if (charged === null) return null
  return finiteOrNull(generation.isByok === true ? charged + (generation.upstreamInferenceCost ?? 0) : charged)
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
