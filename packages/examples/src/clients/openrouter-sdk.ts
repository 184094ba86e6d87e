/** The cost of a call of `@openrouter/sdk`: the result and every chunk have the id. */
import { GenerationId } from "@effect-openrouter/core"
import { HTTPClient, OpenRouter } from "@openrouter/sdk"
import { apiKey, baseURL, model, observedFetch, printCost, prompt } from "./environment.js"

const openRouter = new OpenRouter({
  apiKey,
  serverURL: baseURL,
  httpClient: new HTTPClient({ fetcher: observedFetch })
})
const chatRequest = { model, messages: [{ role: "user" as const, content: prompt }] }

/** Its types do not tell a stream from a whole result. */
const stream = async () => {
  const result = await openRouter.chat.send({ chatRequest: { ...chatRequest, stream: true } })
  if (!(result instanceof ReadableStream)) throw new Error("expected a stream")
  return result
}

// #region whole
const completion = await openRouter.chat.send({ chatRequest })
await printCost("whole", GenerationId.fromCompletion(completion))
// #endregion

// #region streamed
let id: string | null = null
for await (const chunk of await stream()) id ??= GenerationId.fromCompletion(chunk)
await printCost("streamed", id)
// #endregion

// #region cancelled
let cancelled: string | null = null
for await (const chunk of await stream()) {
  cancelled = GenerationId.fromCompletion(chunk)
  if (chunk.choices[0]?.delta.content) break
}
await printCost("cancelled", cancelled)
// #endregion
