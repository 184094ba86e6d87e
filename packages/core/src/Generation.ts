/**
 * The record that OpenRouter keeps of one generation: what it cost, what was counted, how long it took, who served it.
 */
import * as Schema from "effect/Schema"
import { ApiType } from "./ApiType.js"
import { DataRegion } from "./DataRegion.js"
import { Timestamp } from "./internal/schema/timestamp.js"
import * as WireRecord from "./internal/schema/wireRecord.js"
import { ProviderResponse } from "./ProviderResponse.js"

const required = {
  /** Identifier of the generation (`gen-…`); the one thing that every record has. */
  id: Schema.String
}

const nullable = {
  /** The provider's own identifier of its response. */
  upstreamId: Schema.String,
  /** Identifier shared by all generations of one API request. */
  requestId: Schema.String,
  /** Identifier shared by the generations of one session, as the caller named it. */
  sessionId: Schema.String,
  /** The generation whose cached response was served instead of a new one. */
  responseCacheSourceId: Schema.String,
  /** When the generation was created; milliseconds are kept, further digits dropped. */
  createdAt: Timestamp,

  /** Kind of API: `completions`, `embeddings`, `tts`, … */
  apiType: ApiType,
  /** The dated slug of the model that ran, which is not always the one requested. */
  model: Schema.String,
  /** The provider that served the generation. */
  providerName: Schema.String,
  /** Every provider attempt, in no promised order; one with a status other than 200 is a fallback. May be empty. */
  providerResponses: Schema.Array(ProviderResponse),
  /** The router that chose the model (`openrouter/auto`), if one did. */
  router: Schema.String,
  /** The service tier that the provider reported. */
  serviceTier: Schema.String,
  /** The region that the generation was routed through: `global`, `europe`, `us`, … */
  dataRegion: DataRegion,
  /** The preset that was used. */
  presetId: Schema.String,
  /** The search engine that web search used (`exa`, `firecrawl`, …). */
  webSearchEngine: Schema.String,
  /** Whether the response was streamed. */
  streamed: Schema.Boolean,
  /** Whether the caller cancelled; a cancelled generation may still cost. */
  cancelled: Schema.Boolean,
  /** Why it ended, in OpenRouter's terms (`stop`, `length`, …); often `null` when cancelled. */
  finishReason: Schema.String,
  /** Why it ended, in the provider's terms. */
  nativeFinishReason: Schema.String,

  /**
   * What OpenRouter charged, in USD; the same as `usage`. Unknown is `null`, never 0. For what was really spent see
   * `Usage.effectiveCost`.
   */
  totalCost: Schema.Finite,
  /** What OpenRouter charged, in USD; the same as `totalCost`. */
  usage: Schema.Finite,
  /** What the provider charged the caller's own key, in USD; counts only with `isByok`, else it is inside `totalCost`. */
  upstreamInferenceCost: Schema.Finite,
  /** The discount that caching gave, in USD; may be negative, and is already inside `totalCost`. */
  cacheDiscount: Schema.Finite,
  /** Whether the caller's own provider key was used ("bring your own key"). */
  isByok: Schema.Boolean,

  /** Tokens of the prompt, counted by a normalising tokenizer; not what is billed. */
  tokensPrompt: Schema.Finite,
  /** Tokens of the completion, counted by a normalising tokenizer; not what is billed. */
  tokensCompletion: Schema.Finite,
  /** Tokens of the prompt as the provider counted and billed them. */
  nativeTokensPrompt: Schema.Finite,
  /** Tokens of the completion as the provider counted and billed them. */
  nativeTokensCompletion: Schema.Finite,
  /** Tokens of generated images, as the provider counted them. */
  nativeTokensCompletionImages: Schema.Finite,
  /** Tokens of reasoning, as the provider counted them; may exceed the completion's. */
  nativeTokensReasoning: Schema.Finite,
  /** Tokens read from the provider's cache, as the provider counted them; may exceed the prompt's. */
  nativeTokensCached: Schema.Finite,
  /** Count of media items in the prompt. */
  numMediaPrompt: Schema.Finite,
  /** Count of audio inputs in the prompt. */
  numInputAudioPrompt: Schema.Finite,
  /** Count of media items in the completion. */
  numMediaCompletion: Schema.Finite,
  /** Count of web search results included. */
  numSearchResults: Schema.Finite,
  /** Count of web pages fetched. */
  numFetches: Schema.Finite,

  /** Time to the first token, in milliseconds; may be fractional, and may exceed `generationTime`. */
  latency: Schema.Finite,
  /** Time that moderation took, in milliseconds. */
  moderationLatency: Schema.Finite,
  /** Time of the whole generation, in milliseconds, the time to the first token included. */
  generationTime: Schema.Finite,

  /** Identifier of the app that made the request. */
  appId: Schema.Finite,
  /** The workspace that the generation is attributed to. */
  workspaceId: Schema.String,
  /** Origin of the request; may be empty. Private: keep it out of logs. */
  origin: Schema.String,
  /** `Referer` of the request. Private: keep it out of logs. */
  httpReferer: Schema.String,
  /** `User-Agent` of the request. Private: keep it out of logs. */
  userAgent: Schema.String,
  /** The caller's own identifier of its user. Private: keep it out of logs. */
  externalUser: Schema.String
}

/**
 * The record of one generation. Decoding is strict about types and tolerant about shape: only `id` must be there, an
 * absent field is `null`, an unknown value of an enum is kept, a field of the wrong type is refused with its name, and
 * what this version does not know is kept in `unknownFields`. Encoding gives OpenRouter's names back.
 *
 * @example
 * ```ts
 * import { Generation } from "@effect-openrouter/core"
 * import { Schema } from "effect"
 *
 * const generation = Schema.decodeUnknownSync(Generation)({ id: "gen-1", total_cost: 0.0015, speed: "fast" })
 * console.log(generation.totalCost) // 0.0015
 * console.log(generation.model) // null
 * console.log(generation.unknownFields) // { speed: "fast" }
 * ```
 */
export const Generation: Schema.Schema<Generation, Generation.Encoded> = WireRecord.wireRecord(
  "Generation",
  required,
  nullable
)

/** The record of one generation. A plain object; `null` = unknown or absent. */
export interface Generation extends WireRecord.Type<typeof required, typeof nullable> {}

/** The wire form of this record. */
export declare namespace Generation {
  /** The record as OpenRouter sends it. */
  export interface Encoded extends WireRecord.Encoded<typeof required, typeof nullable> {}
}
