/** The cost of a call of fetch: the id is in the header of the response. */
import { GenerationId } from "@effect-openrouter/core"
import { apiKey, baseURL, model, observedFetch, printCost, prompt } from "./environment.js"

const complete = (stream: boolean) =>
  observedFetch(`${baseURL}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: prompt }], stream })
  })

// #region whole
const response = await complete(false)
const completion = await response.json()
await printCost("whole", GenerationId.fromCompletion(completion))
// #endregion

// #region streamed
const streamed = await complete(true)
await streamed.text()
await printCost("streamed", GenerationId.fromHeaders(streamed.headers))
// #endregion

// #region cancelled
const cancelled = await complete(true)
for await (const bytes of cancelled.body ?? []) if (new TextDecoder().decode(bytes).includes("content")) break
await printCost("cancelled", GenerationId.fromHeaders(cancelled.headers))
// #endregion
