import { OpenRouter } from "@openrouter/sdk"
import { type ClientModule, withPromises } from "../client.js"

export const connect: ClientModule["connect"] = async (baseUrl) => {
  const client = new OpenRouter({ apiKey: "sk-or-v1-bench", serverURL: baseUrl })
  return withPromises(async (id) => (await client.generations.getGeneration({ id })).data.model)
}
