/**
 * The running totals of the generations with one key.
 */
import * as BigDecimal from "effect/BigDecimal"
import type { Generation } from "../../Generation.js"
import { costParts, failedAttempts, tokensPerSecond, tokensPerSecondAfterFirstToken } from "../../GenerationUsage.js"
import * as ExactSum from "./exactSum.js"
import { finiteOrNull } from "./finiteOrNull.js"
import * as QuantileSketch from "./quantileSketch.js"

/** Returns totals of no generation. */
export const make = <K>(key: K) => ({
  key,
  count: 0,
  credits: ExactSum.make(),
  byok: ExactSum.make(),
  costKnown: 0,
  prompt: null as number | null,
  completion: null as number | null,
  cached: null as number | null,
  reasoning: null as number | null,
  tokensPerSecond: QuantileSketch.make(),
  tokensPerSecondAfterFirstToken: QuantileSketch.make(),
  timeToFirstToken: QuantileSketch.make(),
  failedAttempts: 0
})

/** Running totals. They are mutable, because millions of generations may be added. */
export type Totals<K> = ReturnType<typeof make<K>>

/** Adds a generation and keeps no reference to it. */
export const add = (totals: Totals<unknown>, generation: Generation): void => {
  totals.count++
  const { byok, credits } = costParts(generation)
  if (credits !== null) totals.credits.add(credits)
  if (byok !== null) totals.byok.add(byok)
  if (credits !== null && byok !== null) totals.costKnown++
  totals.prompt = plusKnown(totals.prompt, generation.nativeTokensPrompt)
  totals.completion = plusKnown(totals.completion, generation.nativeTokensCompletion)
  totals.cached = plusKnown(totals.cached, generation.nativeTokensCached)
  totals.reasoning = plusKnown(totals.reasoning, generation.nativeTokensReasoning)
  totals.tokensPerSecond.add(tokensPerSecond(generation))
  totals.tokensPerSecondAfterFirstToken.add(tokensPerSecondAfterFirstToken(generation))
  totals.timeToFirstToken.add(generation.latency)
  totals.failedAttempts += failedAttempts(generation).length
}

/** Returns the totals so far. */
export const summary = <K>(totals: Totals<K>) => {
  const credits = totals.credits.total()
  const byok = totals.byok.total()
  return {
    key: totals.key,
    count: totals.count,
    cost: {
      effective: BigDecimal.normalize(BigDecimal.sum(credits, byok)),
      credits,
      byok,
      known: totals.costKnown,
      unknown: totals.count - totals.costKnown
    },
    tokens: {
      prompt: finiteOrNull(totals.prompt),
      completion: finiteOrNull(totals.completion),
      cached: finiteOrNull(totals.cached),
      reasoning: finiteOrNull(totals.reasoning)
    },
    tokensPerSecond: quantiles(totals.tokensPerSecond),
    tokensPerSecondAfterFirstToken: quantiles(totals.tokensPerSecondAfterFirstToken),
    timeToFirstToken: quantiles(totals.timeToFirstToken),
    failedAttempts: totals.failedAttempts
  }
}

const plusKnown = (sum: number | null, value: number | null) => value === null ? sum : (sum ?? 0) + value

const quantiles = (sketch: QuantileSketch.QuantileSketch) => {
  const p50 = sketch.at(50)
  const p95 = sketch.at(95)
  return p50 === null || p95 === null ? null : { p50, p95, exact: sketch.isExact() }
}
