/**
 * The meaning of the numbers of one record: the part of `Usage` that needs no other record.
 */
import * as BigDecimal from "effect/BigDecimal"
import type { Generation } from "./Generation.js"
import { exactAdd } from "./internal/usage/exactAdd.js"
import { finiteOrNull } from "./internal/usage/finiteOrNull.js"
import type { ProviderResponse } from "./ProviderResponse.js"

/** The fields of a record that its cost depends on. */
export type CostFields = Pick<Generation, "totalCost" | "usage" | "isByok" | "upstreamInferenceCost">

/** The cost of one record, in USD, exact. A part that is unknown is `null`, never 0. */
export interface Cost {
  /** The amount that was really spent: `credits` plus `byok`. `null` if either is unknown. */
  readonly effective: BigDecimal.BigDecimal | null
  /** The amount that OpenRouter charged: `totalCost`, else `usage`. */
  readonly credits: BigDecimal.BigDecimal | null
  /** The amount that the provider charged to the caller's own key: `upstreamInferenceCost` with BYOK, 0 without. */
  readonly byok: BigDecimal.BigDecimal | null
}

/**
 * Returns the exact cost of a record in USD: the decimals that OpenRouter sent, added without rounding. Without BYOK the
 * upstream cost is already inside `totalCost` and is not added. With BYOK and no `upstreamInferenceCost` the effective cost
 * is unknown.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 *
 * const { effective } = Usage.cost({ totalCost: 0.1, usage: 0.1, isByok: true, upstreamInferenceCost: 0.2 })
 * if (effective !== null) console.log(Usage.formatUsd(effective)) // 0.3
 * ```
 */
export const cost = (generation: CostFields): Cost => {
  const parts = costParts(generation)
  const credits = toDecimal(parts.credits)
  const byok = toDecimal(parts.byok)
  return { effective: credits === null || byok === null ? null : BigDecimal.sum(credits, byok), credits, byok }
}

/**
 * Returns the amount that was really spent, in USD, or `null` if it is unknown: `totalCost`, and on top of it, only if the
 * caller's own provider key was used, `upstreamInferenceCost`. `usage` stands in for a missing `totalCost`. It is the
 * double nearest to the exact sum; `cost` returns the exact decimal.
 *
 * @example
 * ```ts
 * import { Usage } from "@effect-openrouter/core"
 *
 * Usage.effectiveCost({ totalCost: 0.0015, usage: null, isByok: false, upstreamInferenceCost: 0.0012 }) // 0.0015
 * Usage.effectiveCost({ totalCost: 0.1, usage: 0.1, isByok: true, upstreamInferenceCost: 0.2 }) // 0.3
 * Usage.effectiveCost({ totalCost: 0, usage: 0, isByok: true, upstreamInferenceCost: null }) // null
 * ```
 */
export const effectiveCost = (generation: CostFields): number | null => {
  const { byok, credits } = costParts(generation)
  if (credits === null || byok === null) return null
  const sum = credits + byok
  if (credits === 0 || byok === 0) return sum
  return Number.isFinite(sum) ? finiteOrNull(exactAdd(credits, byok)) : null
}

/**
 * Returns `true` if the effective cost of a record is known. A record without it is not finished: OpenRouter may add the
 * cost later. Caches, sweeps, reports and the ledger all use this notion.
 */
export const isCostKnown = (generation: CostFields): boolean => {
  const { byok, credits } = costParts(generation)
  return credits !== null && byok !== null
}

/** Returns the two parts of the cost in USD as OpenRouter sent them; `null` for a part that is unknown. */
export const costParts = (
  { isByok, totalCost, upstreamInferenceCost, usage }: CostFields
): { readonly credits: number | null; readonly byok: number | null } => ({
  credits: totalCost ?? usage,
  byok: isByok === true ? upstreamInferenceCost : 0
})

// The shortest decimal that names the double is the one that the JSON had.
const toDecimal = (usd: number | null): BigDecimal.BigDecimal | null =>
  usd === null ? null : BigDecimal.normalize(BigDecimal.unsafeFromNumber(usd))

/**
 * Returns an amount as plain decimal digits, such as `0.00000001` or `-0.11`: never an exponent, no currency sign, no
 * grouping, no trailing zeros.
 */
export const formatUsd = (amount: BigDecimal.BigDecimal): string => {
  const { scale, value } = BigDecimal.normalize(amount)
  const sign = value < 0n ? "-" : ""
  const digits = String(value < 0n ? -value : value)
  if (scale <= 0) return sign + digits + "0".repeat(-scale)
  const padded = digits.padStart(scale + 1, "0")
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/**
 * Returns the billed completion tokens per second of `generationTime`, which includes the time to the first token, or
 * `null` if either is unknown or no time passed.
 */
export const tokensPerSecond = (
  generation: Pick<Generation, "nativeTokensCompletion" | "generationTime">
): number | null => {
  const { generationTime, nativeTokensCompletion } = generation
  if (nativeTokensCompletion === null || generationTime === null || !(generationTime > 0)) return null
  return finiteOrNull(nativeTokensCompletion / (generationTime / 1000))
}

/**
 * Returns the billed completion tokens per second after the first token: the speed of the output itself, without the wait
 * for its beginning. `null` if a part is unknown or no time passed after the first token.
 */
export const tokensPerSecondAfterFirstToken = (
  { generationTime, latency, nativeTokensCompletion }: Pick<
    Generation,
    "nativeTokensCompletion" | "generationTime" | "latency"
  >
): number | null =>
  generationTime === null || latency === null
    ? null
    : tokensPerSecond({ nativeTokensCompletion, generationTime: generationTime - latency })

/**
 * Returns the provider attempts that failed, in the order received: those whose status is known and not 200. An attempt
 * without a status is not counted, because it is not known to have failed.
 */
export const failedAttempts = (generation: Pick<Generation, "providerResponses">): ReadonlyArray<ProviderResponse> =>
  (generation.providerResponses ?? []).filter(({ status }) => status !== null && status !== 200)
