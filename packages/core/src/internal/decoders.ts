/**
 * Schemas of the responses that calls receive. They decode as `Generation` and `GenerationContent` do and describe nothing,
 * so that a program that only calls `get` bundles no descriptions, no arbitraries and no encoding.
 */
import type * as Schema from "effect/Schema"
import { camelToSnake } from "effect/String"
import type { Generation } from "../Generation.js"
import type {
  GenerationContent,
  GenerationContentError,
  GenerationContentInput,
  GenerationContentOutput,
  GenerationContentPreviousError
} from "../GenerationContent.js"
import type { ProviderResponse } from "../ProviderResponse.js"
import {
  type Decode,
  decodeArray,
  decodeBoolean as boolean,
  decodeFinite as finite,
  decodeJson as json,
  decodeString as string
} from "./schema/codec.js"
import { decoderSchema } from "./schema/decoderSchema.js"
import { decodeRecord } from "./schema/recordCodec.js"
import { decodeTimestamp as timestamp } from "./schema/timestamp.js"

/** Every known field of a record, with its type. */
type Fields<A> = {
  readonly [Name in Exclude<keyof A, "unknownFields">]: Decode<NonNullable<A[Name]>>
}

const record = <A>(fields: Fields<A>, required?: keyof A): Decode<A> =>
  // The record has the names and the types of its fields, which a decoder of any record cannot know.
  decodeRecord(
    Object.entries<Decode<unknown>>(fields).map(([name, decode]) => ({
      name,
      wireName: camelToSnake(name),
      isRequired: name === required,
      decode
    }))
  ) as Decode<A>

/** Decodes the response of `GET /generation`. */
export const GenerationDecoder: Schema.Schema<Generation, unknown> = /* @__PURE__ */ decoderSchema(() =>
  record<Generation>({
    id: string,
    upstreamId: string,
    requestId: string,
    sessionId: string,
    responseCacheSourceId: string,
    createdAt: timestamp,
    apiType: string,
    model: string,
    providerName: string,
    providerResponses: decodeArray(record<ProviderResponse>({
      endpointId: string,
      id: string,
      isByok: boolean,
      latency: finite,
      modelPermaslug: string,
      providerName: string,
      routedServiceTier: string,
      status: finite
    })),
    router: string,
    serviceTier: string,
    dataRegion: string,
    presetId: string,
    webSearchEngine: string,
    streamed: boolean,
    cancelled: boolean,
    finishReason: string,
    nativeFinishReason: string,
    totalCost: finite,
    usage: finite,
    upstreamInferenceCost: finite,
    cacheDiscount: finite,
    isByok: boolean,
    tokensPrompt: finite,
    tokensCompletion: finite,
    nativeTokensPrompt: finite,
    nativeTokensCompletion: finite,
    nativeTokensCompletionImages: finite,
    nativeTokensReasoning: finite,
    nativeTokensCached: finite,
    numMediaPrompt: finite,
    numInputAudioPrompt: finite,
    numMediaCompletion: finite,
    numSearchResults: finite,
    numFetches: finite,
    latency: finite,
    moderationLatency: finite,
    generationTime: finite,
    appId: finite,
    workspaceId: string,
    origin: string,
    httpReferer: string,
    userAgent: string,
    externalUser: string
  }, "id")
)

/** Decodes the response of `GET /generation/content`. */
export const GenerationContentDecoder: Schema.Schema<GenerationContent, unknown> = /* @__PURE__ */ decoderSchema(() =>
  record<GenerationContent>({
    input: record<GenerationContentInput>({ prompt: string, messages: decodeArray(json) }),
    output: record<GenerationContentOutput>({ completion: string, reasoning: string }),
    error: record<GenerationContentError>({
      status: finite,
      message: string,
      providerName: string,
      raw: string,
      previousErrors: decodeArray(record<GenerationContentPreviousError>({
        code: finite,
        message: string,
        providerName: string,
        raw: string
      }))
    })
  })
)
