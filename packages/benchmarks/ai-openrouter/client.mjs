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
    run: (calls, concurrency, prefix) =>
      runtime.runPromise(
        Effect.flatMap(OpenRouterClient.OpenRouterClient, ({ client }) => {
          let next = 0
          const worker = Effect.whileLoop({
            while: () => next < calls,
            body: () => client.getGeneration({ id: `${prefix}${next++}` }),
            step: ({ data }) => {
              if (data.model !== "sao10k/l3-stheno-8b") throw new Error(`a wrong answer: ${data.model}`)
            }
          })
          return Effect.all(Array.from({ length: concurrency }, () => worker), {
            concurrency: "unbounded",
            discard: true
          })
        })
      )
  }
}
