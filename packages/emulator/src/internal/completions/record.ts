import * as DateTime from "effect/DateTime"
import type { EmulatedGeneration } from "../../EmulatedGeneration.js"
import { partialUsage, type Plan } from "./plan.js"

/** The end of a completion. Times are in milliseconds since its request. */
export interface Ending {
  readonly how: "finished" | "failed" | "cancelled"
  /** The number of parts that were made. */
  readonly produced: number
  /** The time to the first part; `null` = there was none. */
  readonly latency: number | null
  readonly generationTime: number
}

/** The record that OpenRouter writes of a completion. */
export const toRecord = (plan: Plan, ending: Ending): EmulatedGeneration => {
  const { model, provider, reply, request } = plan
  const usage = ending.how === "finished" ? plan.usage : partialUsage(plan, ending.produced)
  const isPaid = ending.how !== "failed"
  const isText = plan.apiType === "completions"
  const overrides = Object.fromEntries(Object.entries(reply.record ?? {}).filter(([, value]) => value !== undefined))
  return {
    createdAt: DateTime.unsafeMake(plan.createdAt),
    apiType: plan.apiType,
    model,
    providerName: provider,
    router: request.model === "openrouter/auto" ? request.model : null,
    streamed: isText && request.streamed,
    cancelled: ending.how === "cancelled",
    finishReason: isText && ending.how === "finished" ? plan.finishReason : ending.how === "failed" ? "error" : null,
    nativeFinishReason: isText && ending.how === "finished" ? plan.nativeFinishReason : null,
    totalCost: isPaid ? usage.cost : 0,
    isByok: usage.isByok,
    upstreamInferenceCost: usage.isByok ? (isPaid ? usage.upstreamInferenceCost : 0) : null,
    nativeTokensPrompt: usage.promptTokens,
    nativeTokensCompletion: usage.completionTokens,
    nativeTokensReasoning: usage.reasoningTokens,
    nativeTokensCached: usage.cachedTokens,
    latency: ending.latency,
    generationTime: ending.generationTime,
    origin: request.origin,
    httpReferer: request.httpReferer,
    userAgent: request.userAgent,
    externalUser: request.externalUser,
    sessionId: request.sessionId,
    ...overrides,
    id: plan.id,
    providerResponses: [
      ...(reply.failedAttempts ?? []),
      { status: 200, providerName: provider, modelPermaslug: model, isByok: usage.isByok, latency: ending.latency ?? 0 }
    ]
  }
}
