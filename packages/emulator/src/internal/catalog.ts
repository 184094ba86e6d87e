import type { Generation } from "@effect-openrouter/core/Generation"

/** A model of OpenRouter. Prices are in units of 10^-9 USD for each token. */
interface Model {
  readonly slug: string
  readonly provider: string
  readonly promptPrice: number
  readonly completionPrice: number
}

const model = (slug: string, provider: string, promptPrice: number, completionPrice: number): Model => ({
  slug,
  provider,
  promptPrice,
  completionPrice
})

const chat = [
  model("openai/gpt-4o-mini-2024-07-18", "OpenAI", 150, 600),
  model("anthropic/claude-4.5-haiku-20251001", "Anthropic", 1000, 5000),
  model("google/gemini-2.5-flash", "Google AI Studio", 300, 2500),
  model("meta-llama/llama-3.3-70b-instruct", "Together", 880, 880),
  model("mistralai/mistral-medium-3.1", "Mistral", 400, 2000),
  model("deepseek/deepseek-chat-v3.1", "DeepSeek", 270, 1000)
] as const

const embeddings = [model("openai/text-embedding-3-small", "OpenAI", 20, 0)] as const

const others: Readonly<Record<string, readonly [Model]>> = {
  rerank: [model("cohere/rerank-v3.5", "Cohere", 1000, 0)],
  video: [model("google/veo-3.1", "Google", 0, 100_000)],
  tts: [model("openai/gpt-4o-mini-tts", "OpenAI", 600, 12_000)],
  stt: [model("openai/gpt-4o-mini-transcribe", "OpenAI", 1250, 5000)],
  image: [model("google/gemini-2.5-flash-image", "Google AI Studio", 300, 2500)]
}

/** The models that an API serves when a test names none. */
export const findModels = (apiType: Generation["apiType"]): readonly [Model, ...ReadonlyArray<Model>] =>
  apiType === "embeddings" ? embeddings : others[apiType ?? ""] ?? chat

const every = [...chat, ...embeddings, ...Object.values(others).flat()]

const vendors: Readonly<Record<string, string>> = {
  cohere: "Cohere",
  "meta-llama": "Together",
  qwen: "Alibaba",
  "x-ai": "xAI"
}

/** The model of a slug, dated or not. A model that is not in the list has a plausible provider and price. */
export const findModel = (slug: string): Model => {
  const known = every.find((model) => slug.startsWith(withoutDate(model.slug)))
  if (known !== undefined) return { ...known, slug }
  const [vendor = ""] = slug.split("/")
  const provider = vendors[vendor] ?? every.find((model) => model.slug.startsWith(`${vendor}/`))?.provider
  return model(slug, provider ?? "DeepInfra", 500, 1500)
}

/** `openai/gpt-4o-2024-08-06` → `openai/gpt-4o` */
export const withoutDate = (slug: string): string => slug.replace(/-(?:\d{4}-\d\d-\d\d|\d{8})$/, "")

/** Returns the cost of tokens at a model's prices, in USD: the exact product, rounded once. */
export const inferenceCost = (
  { completionPrice, promptPrice }: Model,
  { completion, prompt }: { readonly prompt: number; readonly completion: number }
): { readonly prompt: number; readonly completion: number; readonly total: number } => ({
  prompt: prompt * promptPrice / 1e9,
  completion: completion * completionPrice / 1e9,
  total: (prompt * promptPrice + completion * completionPrice) / 1e9
})

/** OpenRouter's fee for a call with the caller's own provider key: five percent of the provider's price, in USD. */
export const byokFee = (inferenceCost: number): number => Math.round(inferenceCost * 0.05 * 1e12) / 1e12
