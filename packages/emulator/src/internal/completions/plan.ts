import type { Generation } from "@effect-openrouter/core/Generation"
import type { Reply } from "../../Reply.js"
import { byokFee, findModel, findModels, inferenceCost } from "../catalog.js"
import * as Seeded from "../seeded.js"
import type { CompletionRequest } from "./request.js"

/** One chunk of a completion. */
export type Part =
  | { readonly kind: "reasoning" | "text"; readonly text: string }
  | {
    readonly kind: "toolCall"
    readonly index: number
    readonly id: string
    readonly name: string
    readonly text: string
  }

/** Everything that a completion will say, decided when its request arrives. */
export interface Plan {
  readonly id: string
  readonly apiType: Exclude<Generation["apiType"], null>
  readonly request: CompletionRequest
  readonly reply: Reply
  /** The time of the request, in milliseconds since 1970. */
  readonly createdAt: number
  readonly model: string
  readonly provider: string
  readonly parts: ReadonlyArray<Part>
  readonly finishReason: string
  readonly nativeFinishReason: string
  readonly usage: PlannedUsage
}

/** Tokens and costs, in USD. */
export interface PlannedUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly reasoningTokens: number
  readonly cachedTokens: number
  readonly cost: number
  readonly isByok: boolean
  readonly upstreamInferenceCost: number | null
  /** The part of `upstreamInferenceCost` that the prompt has. */
  readonly upstreamPromptCost: number
  readonly upstreamCompletionCost: number
}

export const makePlan = (
  { apiType, createdAt, id, reply, request }: Pick<Plan, "apiType" | "createdAt" | "id" | "reply" | "request">
): Plan => {
  const asked = request.model === null || request.model === "openrouter/auto" ? null : request.model
  const model = findModel(reply.model ?? asked ?? findModels(apiType)[0].slug)
  const parts = apiType === "embeddings" ? [] : partsOfReply(id, reply)
  const finishReason = reply.finishReason ?? (parts.some(({ kind }) => kind === "toolCall") ? "tool_calls" : "stop")
  return {
    id,
    apiType,
    request,
    reply,
    createdAt,
    model: model.slug,
    provider: reply.provider ?? model.provider,
    parts,
    finishReason,
    nativeFinishReason: reply.nativeFinishReason ?? finishReason,
    usage: planUsage(reply, model, request.promptLength, parts)
  }
}

const partsOfReply = (id: string, { reasoning, text, toolCalls = [] }: Reply): ReadonlyArray<Part> => {
  const written = text ?? (toolCalls.length > 0 ? [] : "Hello! How can I help you today?")
  const chunks = typeof written === "string" ? written.match(/\s*\S+(?:\s+$)?|^\s+$/g) ?? [] : written
  return [
    ...(reasoning === undefined ? [] : [{ kind: "reasoning" as const, text: reasoning }]),
    ...chunks.map((text) => ({ kind: "text" as const, text })),
    ...toolCalls.map((call, index) => ({
      kind: "toolCall" as const,
      index,
      id: call.id ?? `call_${Seeded.characters(`${id}/call/${index}`, 24, Seeded.alphanumeric)}`,
      name: call.name,
      text: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments ?? {})
    }))
  ]
}

const planUsage = (
  { usage = {} }: Reply,
  model: ReturnType<typeof findModel>,
  promptLength: number,
  parts: ReadonlyArray<Part>
): PlannedUsage => {
  const length = (parts: ReadonlyArray<Part>) => parts.reduce((length, { text }) => length + text.length, 0)
  const promptTokens = usage.promptTokens ?? Math.max(1, Math.ceil(promptLength / 4))
  const completionTokens = usage.completionTokens ?? Math.ceil(length(parts) / 4)
  const inference = inferenceCost(model, { prompt: promptTokens, completion: completionTokens })
  const isByok = usage.isByok ?? false
  const cost = usage.cost ?? (isByok ? byokFee(inference.total) : inference.total)
  const upstream = usage.upstreamInferenceCost === undefined
    ? isByok ? inference.total : cost
    : usage.upstreamInferenceCost
  const promptShare = inference.total === 0 ? 1 : inference.prompt / inference.total
  const upstreamPromptCost = round((upstream ?? 0) * promptShare)
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: usage.reasoningTokens ?? Math.ceil(length(parts.filter(({ kind }) => kind === "reasoning")) / 4),
    cachedTokens: usage.cachedTokens ?? 0,
    cost,
    isByok,
    upstreamInferenceCost: upstream,
    upstreamPromptCost,
    upstreamCompletionCost: round((upstream ?? 0) - upstreamPromptCost)
  }
}

/** The usage of a completion that stopped after some of its chunks: the whole prompt, and its share of the rest. */
export const partialUsage = ({ parts, usage }: Plan, produced: number): PlannedUsage => {
  const done = parts.length === 0 ? 1 : produced / parts.length
  const promptShare = usage.upstreamInferenceCost === null || usage.upstreamInferenceCost === 0
    ? 0.5
    : usage.upstreamPromptCost / usage.upstreamInferenceCost
  const share = promptShare + (1 - promptShare) * done
  const part = (cost: number) => share === 1 ? cost : Math.min(cost, round(cost * share))
  return {
    ...usage,
    completionTokens: Math.ceil(usage.completionTokens * done),
    reasoningTokens: Math.ceil(usage.reasoningTokens * done),
    cost: part(usage.cost),
    upstreamInferenceCost: usage.upstreamInferenceCost === null ? null : part(usage.upstreamInferenceCost)
  }
}

/** Without the last digits, which are noise of floating point. */
const round = (cost: number): number => Number(cost.toPrecision(12))
