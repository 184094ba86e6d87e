import { Generation } from "@effect-openrouter/core/Generation"
import * as Schema from "effect/Schema"

const decode = Schema.decodeUnknownSync(Generation)

/** One record of each kind that matters. */
export const sampleRecords: ReadonlyArray<Generation> = [
  {
    id: "gen-ordinary",
    created_at: "2026-11-20T09:12:44.120Z",
    model: "openai/gpt-4o-2024-08-06",
    provider_name: "OpenAI",
    native_tokens_prompt: 1204,
    native_tokens_completion: 310,
    total_cost: 0.00611,
    usage: 0.00611,
    is_byok: false,
    latency: 412,
    generation_time: 4830
  },
  {
    id: "gen-own-provider-key",
    created_at: "2026-11-20T16:40:03.871Z",
    model: "google/gemini-2.5-flash",
    provider_name: "Google AI Studio",
    native_tokens_prompt: 22,
    native_tokens_completion: 2230,
    total_cost: 0,
    usage: 0,
    upstream_inference_cost: 0.0008942,
    is_byok: true,
    latency: 521,
    generation_time: 11_240
  },
  {
    id: "gen-cancelled",
    created_at: "2026-11-21T11:02:19.400Z",
    model: "anthropic/claude-sonnet-4.5-20250929",
    provider_name: "Anthropic",
    native_tokens_prompt: 812,
    native_tokens_completion: 96,
    total_cost: 0.003876,
    usage: 0.003876,
    is_byok: false,
    cancelled: true,
    latency: 918,
    generation_time: 2310
  },
  {
    id: "gen-fallback",
    created_at: "2026-11-21T20:55:31.093Z",
    model: "meta-llama/llama-3.3-70b-instruct",
    provider_name: "Together",
    native_tokens_prompt: 540,
    native_tokens_completion: 188,
    total_cost: 0.00064,
    usage: 0.00064,
    is_byok: false,
    latency: 1630,
    generation_time: 3904,
    provider_responses: [
      { provider_name: "DeepInfra", status: 503, latency: 240 },
      { provider_name: "Together", status: 200, latency: 1630 }
    ]
  }
].map((record) => decode(record))

/** A record that is not visible at first, as it is until OpenRouter has written it. */
export const laterRecord: Generation = decode({
  id: "gen-visible-later",
  created_at: "2026-11-22T08:31:07.512Z",
  model: "mistralai/mistral-medium-3.1",
  provider_name: "Mistral",
  native_tokens_prompt: 285,
  native_tokens_completion: 25,
  total_cost: 0.000164,
  usage: 0.000164,
  is_byok: false,
  latency: 343,
  generation_time: 418
})

/** A model with its providers, and its prices in USD for a million tokens. */
interface Model {
  readonly name: string
  readonly providers: ReadonlyArray<string>
  readonly input: number
  readonly output: number
  /** Tokens per second. */
  readonly speed: number
  /** Its share of the calls. */
  readonly share: number
}

const models: ReadonlyArray<Model> = [
  {
    name: "anthropic/claude-sonnet-4.5-20250929",
    providers: ["Anthropic", "Amazon Bedrock", "Google"],
    input: 3,
    output: 15,
    speed: 62,
    share: 0.3
  },
  { name: "openai/gpt-4o-2024-08-06", providers: ["OpenAI", "Azure"], input: 2.5, output: 10, speed: 84, share: 0.22 },
  {
    name: "google/gemini-2.5-flash",
    providers: ["Google AI Studio", "Google"],
    input: 0.3,
    output: 2.5,
    speed: 190,
    share: 0.2
  },
  {
    name: "meta-llama/llama-3.3-70b-instruct",
    providers: ["Together", "DeepInfra", "Groq"],
    input: 0.1,
    output: 0.3,
    speed: 120,
    share: 0.16
  },
  { name: "mistralai/mistral-medium-3.1", providers: ["Mistral"], input: 0.4, output: 2, speed: 96, share: 0.12 }
]

const apps = [1001, 1002, 1003]

const day = 86_400_000

/** Returns records that look like those of two months up to `end`, the same for the same arguments. */
export function* generateRecords(count: number, end: number): Generator<Generation> {
  const random = makeRandom(count)
  for (let index = 0; index < count; index++) {
    const model = pick(models, random())
    const provider = model.providers[Math.floor(random() ** 2 * model.providers.length)] ?? model.name
    const prompt = Math.round(200 + random() ** 3 * 12_000)
    const cached = random() < 0.3 ? Math.round(prompt * random() * 0.8) : 0
    const completion = Math.round(20 + random() ** 2 * 1500)
    const latency = Math.round(200 + random() ** 3 * 3000)
    const hasFallback = model.providers.length > 1 && random() < 0.05
    const isByok = random() < 0.08
    const cost = money((prompt - cached * 0.9) * model.input + completion * model.output)
    const age = (1 - (index + random()) / count) * 60 * day
    yield decode({
      id: `gen-${Math.floor((end - age) / 1000)}-${index.toString(36).padStart(6, "0")}${model.name.length}`,
      created_at: new Date(end - age).toISOString(),
      model: model.name,
      provider_name: provider,
      app_id: apps[Math.floor(random() * apps.length)],
      session_id: `session-${Math.floor(random() ** 2 * 40)}`,
      api_type: "completions",
      streamed: true,
      finish_reason: "stop",
      native_finish_reason: "stop",
      tokens_prompt: prompt,
      tokens_completion: completion,
      native_tokens_prompt: prompt,
      native_tokens_completion: completion,
      native_tokens_cached: cached,
      native_tokens_reasoning: 0,
      total_cost: isByok ? 0 : cost,
      usage: isByok ? 0 : cost,
      cache_discount: cached === 0 ? null : money(cached * 0.9 * model.input),
      upstream_inference_cost: isByok ? cost : 0,
      is_byok: isByok,
      cancelled: random() < 0.03,
      latency: latency + (hasFallback ? 900 : 0),
      generation_time: Math.round(latency + completion / model.speed * 1000 * (0.8 + random() * 0.5)),
      provider_responses: [
        ...hasFallback
          ? [{
            provider_name: model.providers.find((name) => name !== provider),
            status: random() < 0.5 ? 429 : 503,
            latency: 900
          }]
          : [],
        { provider_name: provider, status: 200, latency }
      ]
    })
  }
}

/** Returns the price of `tokens × price for a million tokens`, to 10^-8 USD. */
const money = (millionths: number): number => Number((millionths / 1e6).toFixed(8))

const pick = (models: ReadonlyArray<Model>, share: number): Model => {
  let sum = 0
  const model = models.find((model) => (sum += model.share) > share) ?? models[0]
  if (model === undefined) throw new Error("there are no models")
  return model
}

/** Returns a generator of numbers from 0 to 1 that repeats for the same seed (mulberry32). */
const makeRandom = (seed: number) => {
  let state = seed | 0
  return (): number => {
    state = state + 0x6d2b79f5 | 0
    let mixed = Math.imul(state ^ state >>> 15, state | 1)
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)
    return ((mixed ^ mixed >>> 14) >>> 0) / 4_294_967_296
  }
}
