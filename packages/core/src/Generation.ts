/**
 * OpenRouter's record of one generation: what it cost, how many tokens it used, how long it took, and who served it.
 */
import { ApiType } from "./ApiType.js"
import { DataRegion } from "./DataRegion.js"
import * as Field from "./internal/schema/field.js"
import * as Record from "./internal/schema/recordSchema.js"
import { ProviderResponse } from "./ProviderResponse.js"
import type { RecordSchema } from "./RecordSchema.js"

const required = {
  /** Identifier of the generation (`gen-…`). Every record has it. */
  id: Field.identifier("Identifier of the generation (`gen-…`). Every record has it.", /^gen-17\d{8}-[A-Za-z0-9]{20}$/)
}

const nullable = {
  /** The provider's own identifier of its response. */
  upstreamId: Field.identifier("The provider's own identifier of its response.", /^chatcmpl-[a-z0-9]{12}$/),
  /** Identifier that all generations of one API request share. */
  requestId: Field.identifier(
    "Identifier that all generations of one API request share.",
    /^req-17\d{8}-[A-Za-z0-9]{20}$/
  ),
  /** Identifier that the generations of one session share, as the caller named it. */
  sessionId: Field.text("Identifier that the generations of one session share, as the caller named it."),
  /** The generation whose cached response was served instead of a new one. */
  responseCacheSourceId: Field.identifier(
    "The generation whose cached response was served instead of a new one.",
    /^gen-17\d{8}-[A-Za-z0-9]{20}$/
  ),
  /** Time at which the generation was created. Milliseconds are kept, further digits dropped. */
  createdAt: Field.timestamp(
    "Time at which the generation was created. Milliseconds are kept, further digits dropped."
  ),

  /** Kind of API: `completions`, `embeddings`, `tts`, … */
  apiType: Field.openEnum(ApiType, "Kind of API: `completions`, `embeddings`, `tts`, …"),
  /** The dated slug of the model that ran, which is not always the one that was requested. */
  model: Field.text(
    "The dated slug of the model that ran, which is not always the one that was requested.",
    "openai/gpt-4o-2024-11-20",
    "anthropic/claude-3.5-sonnet-20241022",
    "google/gemini-2.5-flash"
  ),
  /** The provider that served the generation. */
  providerName: Field.text("The provider that served the generation.", "OpenAI", "Anthropic", "Google", "Azure"),
  /** Every provider attempt, in no particular order; one with a status other than 200 is a fallback. May be empty. */
  providerResponses: Field.records(
    ProviderResponse,
    "Every provider attempt, in no particular order; one with a status other than 200 is a fallback. May be empty."
  ),
  /** The router that chose the model (`openrouter/auto`), if one did. */
  router: Field.text("The router that chose the model (`openrouter/auto`), if one did.", "openrouter/auto"),
  /** The service tier that the provider reported. */
  serviceTier: Field.text("The service tier that the provider reported.", "default", "flex", "priority"),
  /** The region that the generation was routed through: `global`, `europe`, `us`, … */
  dataRegion: Field.openEnum(
    DataRegion,
    "The region that the generation was routed through: `global`, `europe`, `us`, …"
  ),
  /** The preset that was used. */
  presetId: Field.text("The preset that was used."),
  /** The search engine that web search used (`exa`, `firecrawl`, …). */
  webSearchEngine: Field.text("The search engine that web search used (`exa`, `firecrawl`, …).", "exa", "firecrawl"),
  /** True if the response was streamed. */
  streamed: Field.flag("True if the response was streamed."),
  /** True if the caller cancelled. A cancelled generation may still cost. */
  cancelled: Field.flag("True if the caller cancelled. A cancelled generation may still cost."),
  /** Why it ended, in OpenRouter's terms (`stop`, `length`, …); often `null` when cancelled. */
  finishReason: Field.text(
    "Why it ended, in OpenRouter's terms (`stop`, `length`, …); often `null` when cancelled.",
    "stop",
    "length",
    "tool_calls",
    "content_filter"
  ),
  /** Why it ended, in the provider's terms. */
  nativeFinishReason: Field.text("Why it ended, in the provider's terms.", "stop", "end_turn", "MAX_TOKENS"),

  /**
   * Amount that OpenRouter charged, in USD; the same as `usage`. Unknown is `null`, never 0. `Usage.effectiveCost` returns the amount that was
   * really spent.
   */
  totalCost: Field.usd(
    "Amount that OpenRouter charged, in USD; the same as `usage`. Unknown is `null`, never 0. `Usage.effectiveCost` returns the amount that was really spent."
  ),
  /** Amount that OpenRouter charged, in USD; the same as `totalCost`. */
  usage: Field.usd("Amount that OpenRouter charged, in USD; the same as `totalCost`."),
  /** Amount that the provider charged the caller's own key, in USD. Counts only with `isByok`, else it is part of `totalCost`. */
  upstreamInferenceCost: Field.usd(
    "Amount that the provider charged the caller's own key, in USD. Counts only with `isByok`, else it is part of `totalCost`."
  ),
  /** The discount for caching, in USD. May be negative, and is already part of `totalCost`. */
  cacheDiscount: Field.signedUsd(
    "The discount for caching, in USD. May be negative, and is already part of `totalCost`."
  ),
  /** True if the caller's own provider key was used ("bring your own key"). */
  isByok: Field.flag("True if the caller's own provider key was used (\"bring your own key\")."),

  /** Prompt tokens as a normalising tokenizer counts them; not what is billed. */
  tokensPrompt: Field.count("Prompt tokens as a normalising tokenizer counts them; not what is billed."),
  /** Completion tokens as a normalising tokenizer counts them; not what is billed. */
  tokensCompletion: Field.count("Completion tokens as a normalising tokenizer counts them; not what is billed."),
  /** Prompt tokens as the provider counted and billed them. */
  nativeTokensPrompt: Field.count("Prompt tokens as the provider counted and billed them."),
  /** Completion tokens as the provider counted and billed them. */
  nativeTokensCompletion: Field.count("Completion tokens as the provider counted and billed them."),
  /** Tokens of generated images as the provider counted them. */
  nativeTokensCompletionImages: Field.count("Tokens of generated images as the provider counted them."),
  /** Reasoning tokens as the provider counted them. May be more than the completion tokens. */
  nativeTokensReasoning: Field.count(
    "Reasoning tokens as the provider counted them. May be more than the completion tokens."
  ),
  /** Tokens read from the provider's cache as the provider counted them. May be more than the prompt tokens. */
  nativeTokensCached: Field.count(
    "Tokens read from the provider's cache as the provider counted them. May be more than the prompt tokens."
  ),
  /** Number of media items in the prompt. */
  numMediaPrompt: Field.count("Number of media items in the prompt."),
  /** Number of audio inputs in the prompt. */
  numInputAudioPrompt: Field.count("Number of audio inputs in the prompt."),
  /** Number of media items in the completion. */
  numMediaCompletion: Field.count("Number of media items in the completion."),
  /** Number of web search results that were included. */
  numSearchResults: Field.count("Number of web search results that were included."),
  /** Number of web pages that were fetched. */
  numFetches: Field.count("Number of web pages that were fetched."),

  /** Time to the first token, in milliseconds. May be fractional, and may be more than `generationTime`. */
  latency: Field.milliseconds(
    "Time to the first token, in milliseconds. May be fractional, and may be more than `generationTime`."
  ),
  /** Time that moderation took, in milliseconds. */
  moderationLatency: Field.milliseconds("Time that moderation took, in milliseconds."),
  /** Time of the whole generation, in milliseconds, including the time to the first token. */
  generationTime: Field.milliseconds(
    "Time of the whole generation, in milliseconds, including the time to the first token."
  ),

  /** Identifier of the app that made the request. */
  appId: Field.count("Identifier of the app that made the request."),
  /** The workspace that the generation is attributed to. */
  workspaceId: Field.text("The workspace that the generation is attributed to."),
  /** Origin of the request; may be empty. Private: keep it out of logs. */
  origin: Field.text("Origin of the request; may be empty. Private: keep it out of logs.", "", "https://example.com/"),
  /** `Referer` of the request. Private: keep it out of logs. */
  httpReferer: Field.text("`Referer` of the request. Private: keep it out of logs.", "https://example.com/"),
  /** `User-Agent` of the request. Private: keep it out of logs. */
  userAgent: Field.text("`User-Agent` of the request. Private: keep it out of logs."),
  /** The caller's own identifier of its user. Private: keep it out of logs. */
  externalUser: Field.text("The caller's own identifier of its user. Private: keep it out of logs.")
}

/**
 * The record of one generation: a Schema that works wherever a `Schema.Struct` does. Decoding is strict about types and
 * tolerant about shape: only `id` must be there, an absent field is `null`, an unknown value of an enum is kept, and an
 * unknown field is kept as received in `unknownFields`. A field of the wrong type fails with its name, and so does an
 * unknown field that nests more than 64 levels. Encoding gives OpenRouter's names back.
 *
 * `Schema.pick` and `Schema.omit` take our names and give an ordinary `Schema.Struct` that decodes OpenRouter's names. An
 * absent field is `null` there, too, but unknown fields are dropped.
 * Their types do not know OpenRouter's names. A `Schema.Struct` of `Generation.fields` does.
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
 *
 * const Cost = Generation.pipe(Schema.pick("id", "totalCost"))
 * console.log(Schema.decodeUnknownSync(Cost)({ id: "gen-1", total_cost: 0.0015 })) // { id: "gen-1", totalCost: 0.0015 }
 *
 * // For a test
 * console.log(Generation.make({ id: "gen-1", totalCost: 0.0015 }).model) // null
 * ```
 */
export const Generation: RecordSchema<Generation, Generation.Encoded, Generation.MakeInput, Generation.Fields> = Record
  .recordSchema(
    "Generation",
    "OpenRouter's record of one generation. Costs are in USD, times in milliseconds; null means unknown.",
    required,
    nullable
  )

/** The record of one generation. A plain object; `null` = unknown or absent. */
export interface Generation extends Record.Type<typeof required, typeof nullable> {}

/** The other forms of this record. */
export declare namespace Generation {
  /** The record as OpenRouter sends it. */
  export interface Encoded extends Record.RecordEncoded<typeof required, typeof nullable> {}

  /** The input of `Generation.make`: the id and any other fields; the others become `null`. */
  export interface MakeInput extends Record.RecordMakeInput<typeof required, typeof nullable> {}

  /** The known fields, as those of a `Schema.Struct`. */
  export type Fields = Record.StructFields<typeof required, typeof nullable>
}
