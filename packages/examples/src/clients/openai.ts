/** The cost of a call of `openai`: the result and every chunk have the id. */
import { GenerationId } from "@effect-openrouter/core"
import OpenAI from "openai"
import { apiKey, baseURL, model, observedFetch, printCost, prompt } from "./environment.js"

const openai = new OpenAI({ apiKey, baseURL, fetch: observedFetch })
const request = { model, messages: [{ role: "user" as const, content: prompt }] }

// #region whole
const completion = await openai.chat.completions.create(request)
await printCost("whole", GenerationId.fromCompletion(completion))
// #endregion

// #region streamed
let id: string | null = null
for await (const chunk of await openai.chat.completions.create({ ...request, stream: true })) {
  id ??= GenerationId.fromCompletion(chunk)
}
await printCost("streamed", id)
// #endregion

// #region cancelled
let cancelled: string | null = null
for await (const chunk of await openai.chat.completions.create({ ...request, stream: true })) {
  cancelled = GenerationId.fromCompletion(chunk)
  if (chunk.choices[0]?.delta.content) break
}
await printCost("cancelled", cancelled)
// #endregion
