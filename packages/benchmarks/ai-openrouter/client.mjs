// `@effect/ai-openrouter`'s own call, in the version set that it asks for.
import { OpenRouterClient } from "@effect/ai-openrouter"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"

export const connect = async (baseUrl) => {
  const runtime = ManagedRuntime.make(
    OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-bench"), apiUrl: baseUrl }).pipe(
      Layer.provide(FetchHttpClient.layer)
    )
  )
  return {
    run: (calls, concurrency) =>
      runtime.runPromise(
        Effect.flatMap(OpenRouterClient.OpenRouterClient, ({ client }) =>
          Effect.forEach(
            Array.from({ length: calls }, (_, index) => `gen-${index}`),
            (id) =>
              Effect.map(client.getGeneration({ id }), ({ data }) => {
                if (data.model !== "sao10k/l3-stheno-8b") throw new Error(`a wrong answer: ${data.model}`)
              }),
            { concurrency, discard: true }
          ))
      )
  }
}
