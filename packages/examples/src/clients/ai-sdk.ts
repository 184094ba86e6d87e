/** The cost of a call of the AI SDK with `@openrouter/ai-sdk-provider`: the result's response has the id. */
import { GenerationId } from "@effect-openrouter/core"
import { createOpenRouter } from "@openrouter/ai-sdk-provider"
import { generateText, streamText } from "ai"
import { apiKey, baseURL, model, observedFetch, printCost, prompt } from "./environment.js"

const openrouter = createOpenRouter({ apiKey, baseURL, fetch: observedFetch })
const request = { model: openrouter(model), prompt }

// #region whole
const completion = await generateText(request)
await printCost("whole", GenerationId.fromCompletion(completion))
// #endregion

// #region streamed
const streamed = streamText(request)
await streamed.consumeStream()
await printCost("streamed", GenerationId.fromCompletion(await streamed.response))
// #endregion

// #region cancelled
let cancelled: string | null = null
const controller = new AbortController()
for await (const part of streamText({ ...request, abortSignal: controller.signal }).fullStream) {
  if (part.type !== "text-delta") continue
  // The promise of the response rejects after an abort; the parts of the text have the id.
  cancelled = GenerationId.fromCompletion(part)
  controller.abort()
}
await printCost("cancelled", cancelled)
// #endregion
