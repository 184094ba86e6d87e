/** The cost of a call of LangChain's `ChatOpenAI`: the message and every chunk have the id. */
import { GenerationId } from "@effect-openrouter/core"
import { ChatOpenAI } from "@langchain/openai"
import { apiKey, baseURL, model, observedFetch, printCost, prompt } from "./environment.js"

const chat = new ChatOpenAI({ model, apiKey, configuration: { baseURL, fetch: observedFetch } })

// #region whole
const completion = await chat.invoke(prompt)
await printCost("whole", GenerationId.fromCompletion(completion))
// #endregion

// #region streamed
let id: string | null = null
for await (const chunk of await chat.stream(prompt)) id ??= GenerationId.fromCompletion(chunk)
await printCost("streamed", id)
// #endregion

// #region cancelled
let cancelled: string | null = null
for await (const chunk of await chat.stream(prompt)) {
  cancelled = GenerationId.fromCompletion(chunk)
  if (chunk.content !== "") break
}
await printCost("cancelled", cancelled)
// #endregion
