// The contract with OpenRouter's own client: it works against the emulator, it decodes what we decode, and it knows
// nothing that we do not.
import { RetryPolicy } from "@effect-openrouter/client"
import { Generation, GenerationContent, ProviderResponse } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { assert, describe, it, layer } from "@effect/vitest"
import { OpenRouter } from "@openrouter/sdk"
import * as Models from "@openrouter/sdk/models"
import * as Errors from "@openrouter/sdk/models/errors"
import { Array, Data, DateTime, Effect, Schema, String } from "effect"
import { overFetch, serverURL } from "./harness.js"

const record = Schema.decodeSync(Generation)({
  id: "gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG",
  api_type: "completions",
  app_id: 12345,
  cache_discount: -0.0002,
  cancelled: false,
  created_at: "2026-07-21T09:59:00.123Z",
  data_region: "us",
  external_user: "user-123",
  finish_reason: "stop",
  generation_time: 1200.5,
  http_referer: "https://openrouter.ai/",
  is_byok: true,
  latency: 1250,
  model: "sao10k/l3-stheno-8b",
  moderation_latency: 50,
  native_finish_reason: "stop",
  native_tokens_cached: 3,
  native_tokens_completion: 25,
  native_tokens_completion_images: 0,
  native_tokens_prompt: 10,
  native_tokens_reasoning: 5,
  num_fetches: 0,
  num_input_audio_prompt: 0,
  num_media_completion: 0,
  num_media_prompt: 1,
  num_search_results: 5,
  origin: "",
  preset_id: "a9e8d400-592a-494f-908c-375efa66cafd",
  provider_name: "Infermatic",
  provider_responses: [{
    status: 503,
    provider_name: "OpenAI",
    latency: 12,
    id: "a",
    endpoint_id: "b",
    is_byok: false,
    model_permaslug: "c",
    routed_service_tier: "flex"
  }],
  request_id: "req-1727282430-aBcDeFgHiJkLmNoPqRsT",
  response_cache_source_id: null,
  router: "openrouter/auto",
  service_tier: "priority",
  session_id: null,
  streamed: true,
  tokens_completion: 25,
  tokens_prompt: 10,
  total_cost: 0.0015,
  upstream_id: "chatcmpl-791bcf62-080e-4568-87d0-94c72e3b4946",
  upstream_inference_cost: 0.0012,
  usage: 0.0015,
  user_agent: "Mozilla/5.0",
  web_search_engine: "exa",
  workspace_id: "550e8400-e29b-41d4-a716-446655440000"
})

const failure = {
  status: 504,
  message: "Timed out waiting for the provider",
  providerName: "Vertex",
  raw: null,
  previousErrors: [{
    code: 429,
    message: "Provider returned error",
    providerName: "Google",
    raw: "{}",
    unknownFields: {}
  }]
}

/** Holds what a call of the official client was rejected with. */
class OfficialError extends Data.TaggedError("OfficialError")<{ readonly error: unknown }> {}

const withOfficialClient = <A>(call: (client: OpenRouter) => Promise<A>) =>
  Effect.flatMap(serverURL, (serverURL) => {
    const client = new OpenRouter({ apiKey: "sk-or-v1-test", serverURL, retryConfig: { strategy: "none" } })
    return Effect.tryPromise({ try: () => call(client), catch: (error) => new OfficialError({ error }) })
  })

/** Ours, without what only we have, and with a date as text: what the official client makes of the same answer. */
const asOfficial = (value: unknown): unknown =>
  DateTime.isDateTime(value)
    ? DateTime.formatIso(value)
    : Array.isArray(value)
    ? value.map(asOfficial)
    : typeof value === "object" && value !== null
    ? Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name !== "unknownFields")
        .map(([name, field]) => [name, asOfficial(field)])
    )
    : value

describe("the official client against the emulator", () => {
  layer(overFetch, { excludeTestServices: true })((it) => {
    it.effect("getGeneration decodes what we decode, field by field", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.add(record)
        const { data } = yield* withOfficialClient((client) => client.generations.getGeneration({ id: record.id }))
        const ours = yield* Generations.get(record.id)
        assert.deepStrictEqual(asOfficial(ours), { ...data })
      }))

    it.effect("listGenerationContent decodes what we decode, field by field", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.add(record, {
          content: { input: { prompt: "Why?" }, output: { completion: "42", reasoning: "6 × 7" }, error: failure }
        })
        const { data } = yield* withOfficialClient((client) =>
          client.generations.listGenerationContent({ id: record.id })
        )
        const ours = yield* Generations.content(record.id)
        assert.deepStrictEqual(asOfficial({ error: ours.error, output: ours.output }), {
          error: { ...data.error },
          output: data.output
        })
        // Their union keeps the alternative that came; our record has both, the other null.
        assert.deepStrictEqual(asOfficial(ours.input), { ...data.input, messages: null })
      }))

    it.effect("submitFeedback is accepted", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.add(record)
        const { data } = yield* withOfficialClient((client) =>
          client.generations.submitFeedback({
            submitGenerationFeedbackRequest: { generationId: record.id, category: "billing", comment: "twice" }
          })
        )
        assert.deepStrictEqual(data, { success: true })
      }))

    it.effect.each(
      [
        [401, Errors.UnauthorizedResponseError],
        [402, Errors.PaymentRequiredResponseError],
        [404, Errors.NotFoundResponseError],
        [429, Errors.TooManyRequestsResponseError],
        [500, Errors.InternalServerResponseError],
        [502, Errors.BadGatewayResponseError],
        [524, Errors.EdgeNetworkTimeoutResponseError],
        [529, Errors.ProviderOverloadedResponseError]
      ] as const
    )(
      "a %d is the error that it documents, with the words that we read",
      ([status, ResponseError]) =>
        Effect.gen(function*() {
          const emulator = yield* OpenRouterEmulator
          yield* emulator.faults([{ status }])
          const { error: theirs } = yield* Effect.flip(
            withOfficialClient((client) => client.generations.getGeneration({ id: "gen-1" }))
          )
          assert.instanceOf(theirs, ResponseError)
          yield* emulator.faults([{ status }])
          const ours = yield* Effect.flip(Generations.get("gen-1", { retry: RetryPolicy.none }))
          assert.deepInclude(ours, { _tag: "OpenRouterDefaultError", status })
          assert.strictEqual(ours.message, theirs.message)
        })
    )

    it.effect("a request without a key is a 401", () =>
      Effect.gen(function*() {
        const baseUrl = yield* serverURL
        const response = yield* Effect.promise(() => fetch(`${baseUrl}/generation?id=gen-1`))
        assert.strictEqual(response.status, 401)
      }))
  })
})

describe("the official client's schema knows nothing that ours does not:", () => {
  /** The wire names of an official schema, which is a zod object or a pipe out of one. */
  const officialFields = (schema: object): ReadonlyArray<string> => {
    if ("shape" in schema) return Object.keys(schema.shape as object)
    if ("in" in schema) return officialFields(schema.in as object)
    throw new Error("the official schema has a form that this test does not know")
  }

  /** The wire names of a decoded record. */
  const ourFields = (record: object) => Object.keys(record).map(String.camelToSnake)

  const blank = Schema.decodeSync(GenerationContent)({ error: { previous_errors: [{}] } })

  it.each([
    ["Generation", Models.GenerationResponseData$inboundSchema, record],
    ["ProviderResponse", Models.ProviderResponse$inboundSchema, Schema.decodeSync(ProviderResponse)({})],
    ["GenerationContent", Models.GenerationContentData$inboundSchema, blank],
    ["GenerationContent.error", Models.GenerationContentError$inboundSchema, blank.error],
    [
      "GenerationContent.error.previousErrors",
      Models.GenerationContentErrorAttempt$inboundSchema,
      blank.error?.previousErrors?.[0]
    ]
  ])("a field of %s", (_, official, ours) => {
    const theirs = officialFields(official)
    assert.isNotEmpty(theirs)
    assert.deepStrictEqual(Array.difference(theirs, ourFields(ours ?? {})), [])
  })
})
