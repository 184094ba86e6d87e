import { Generation } from "@effect-openrouter/core/Generation"
import type { ProviderResponse } from "@effect-openrouter/core/ProviderResponse"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type { EmulatedGeneration } from "../EmulatedGeneration.js"
import { byokFee, findModel, findModels, inferenceCost } from "./catalog.js"
import * as Seeded from "./seeded.js"

/**
 * The record that OpenRouter would keep: a field that is left out gets a realistic value that fits the given ones and
 * depends only on the id. An explicit `null` stays `null`.
 */
export const completeRecord = (given: EmulatedGeneration): Generation => {
  const { id } = given
  const integer = (name: string, min: number, max: number) => Seeded.integer(`${id}/${name}`, min, max)
  const letters = (name: string, length: number) => Seeded.characters(`${id}/${name}`, length, Seeded.alphanumeric)

  const apiType = or(given.apiType, getApiType(id))
  const generatesText = apiType === "completions" || apiType === null
  const createdAt = toDateTime(given.createdAt, id)
  const model = or(given.model, Seeded.pick(`${id}/model`, findModels(apiType)).slug)
  const served = findModel(model ?? findModels(apiType)[0].slug)
  const providerName = or(given.providerName, served.provider)
  const cancelled = or(given.cancelled, false)
  const isByok = or(given.isByok, false)

  const prompt = or(given.nativeTokensPrompt, or(given.tokensPrompt, integer("prompt", 12, 1800)))
  const completion = or(
    given.nativeTokensCompletion,
    or(given.tokensCompletion, apiType === "embeddings" || apiType === "rerank" ? 0 : integer("completion", 8, 900))
  )
  const inference = inferenceCost(served, { prompt: prompt ?? 0, completion: completion ?? 0 }).total
  const cost = or(given.totalCost, or(given.usage, isByok === true ? byokFee(inference) : inference))

  const latency = or(given.latency, Math.min(integer("latency", 180, 1400), given.generationTime ?? Infinity))
  const generationTime = or(given.generationTime, (latency ?? 0) + (completion ?? 0) * integer("pace", 6, 20))
  const finishReason = or(given.finishReason, generatesText && cancelled !== true ? "stop" : null)

  return {
    id,
    upstreamId: or(given.upstreamId, generatesText ? `chatcmpl-${letters("upstreamId", 29)}` : null),
    requestId: or(given.requestId, `req-${seconds(createdAt, id)}-${letters("requestId", 20)}`),
    sessionId: or(given.sessionId, null),
    responseCacheSourceId: or(given.responseCacheSourceId, null),
    createdAt,
    apiType,
    model,
    providerName,
    providerResponses: attempts(given, { latency, model, providerName, isByok }),
    router: or(given.router, null),
    serviceTier: or(given.serviceTier, generatesText ? "default" : null),
    dataRegion: or(given.dataRegion, "global"),
    presetId: or(given.presetId, null),
    webSearchEngine: or(given.webSearchEngine, null),
    streamed: or(given.streamed, generatesText),
    cancelled,
    finishReason,
    nativeFinishReason: or(given.nativeFinishReason, finishReason),
    totalCost: cost,
    usage: or(given.usage, cost),
    upstreamInferenceCost: or(given.upstreamInferenceCost, isByok === true ? inference : null),
    cacheDiscount: or(given.cacheDiscount, null),
    isByok,
    tokensPrompt: or(given.tokensPrompt, prompt),
    tokensCompletion: or(given.tokensCompletion, completion),
    nativeTokensPrompt: prompt,
    nativeTokensCompletion: completion,
    nativeTokensCompletionImages: or(given.nativeTokensCompletionImages, 0),
    nativeTokensReasoning: or(given.nativeTokensReasoning, 0),
    nativeTokensCached: or(given.nativeTokensCached, 0),
    numMediaPrompt: or(given.numMediaPrompt, null),
    numInputAudioPrompt: or(given.numInputAudioPrompt, null),
    numMediaCompletion: or(given.numMediaCompletion, null),
    numSearchResults: or(given.numSearchResults, null),
    numFetches: or(given.numFetches, null),
    latency,
    moderationLatency: or(given.moderationLatency, null),
    generationTime,
    appId: or(given.appId, null),
    workspaceId: or(given.workspaceId, Seeded.uuid("workspace")),
    origin: or(given.origin, ""),
    httpReferer: or(given.httpReferer, null),
    userAgent: or(given.userAgent, null),
    externalUser: or(given.externalUser, null),
    unknownFields: given.unknownFields ?? {}
  }
}

const or = <A>(given: A | undefined, otherwise: A): A => given === undefined ? otherwise : given

const apiTypes = {
  emb: "embeddings",
  rerank: "rerank",
  vid: "video",
  tts: "tts",
  stt: "stt",
  img: "image"
} as const

const getApiType = (id: string): Generation["apiType"] => {
  const kind = /^gen-([a-z]+)-/.exec(id)?.[1] ?? ""
  return kind in apiTypes ? apiTypes[kind as keyof typeof apiTypes] : "completions"
}

const firstDay = Date.UTC(2026, 6, 1)

const toDateTime = (given: EmulatedGeneration["createdAt"], id: string): Generation["createdAt"] => {
  if (typeof given === "string") return Schema.decodeSync(Generation)({ id, created_at: given }).createdAt
  if (given !== undefined) return given
  const secondsInId = /-(\d{10})-/.exec(id)?.[1]
  return DateTime.unsafeMake(
    secondsInId === undefined
      ? firstDay + Seeded.integer(`${id}/createdAt`, 0, 90 * 86_400_000)
      : Number(secondsInId) * 1000
  )
}

const seconds = (createdAt: Generation["createdAt"], id: string): number =>
  Math.floor((createdAt?.epochMillis ?? firstDay + Seeded.integer(id, 0, 86_400_000)) / 1000)

/** The given attempts, each complete; without any, one that served. */
const attempts = (
  { id, providerResponses }: EmulatedGeneration,
  served: Pick<Generation, "latency" | "model" | "providerName" | "isByok">
): Generation["providerResponses"] =>
  providerResponses === null ? null : (providerResponses ?? [{}]).map((given, index): ProviderResponse => {
    const seed = `${id}/attempt/${index}`
    const status = or(given.status, 200)
    const providerName = or(given.providerName, status === 200 ? served.providerName : Seeded.pick(seed, fallbacks))
    return {
      endpointId: or(given.endpointId, Seeded.uuid(`${providerName}/${served.model}`)),
      id: or(given.id, `chatcmpl-${Seeded.characters(seed, 29, Seeded.alphanumeric)}`),
      isByok: or(given.isByok, served.isByok),
      latency: or(given.latency, status === 200 ? served.latency : Seeded.integer(seed, 80, 900)),
      modelPermaslug: or(given.modelPermaslug, served.model),
      providerName,
      routedServiceTier: or(given.routedServiceTier, null),
      status,
      unknownFields: given.unknownFields ?? {}
    }
  })

const fallbacks = ["Azure", "DeepInfra", "Amazon Bedrock"] as const

/** The record in OpenRouter's own form. An attempt without a service tier has no such field, as on the real API. */
export const encodeRecord = (record: Generation, given: EmulatedGeneration): Generation.Encoded => {
  const encoded = Schema.encodeSync(Generation)(record)
  const attempts = encoded.provider_responses?.map(({ routed_service_tier: tier, ...attempt }, index) =>
    given.providerResponses?.[index]?.routedServiceTier === undefined
      ? attempt
      : { ...attempt, routed_service_tier: tier }
  )
  return attempts === undefined ? encoded : { ...encoded, provider_responses: attempts }
}
