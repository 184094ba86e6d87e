// A client for Effect 3 and Effect 4: the measurement bundles it with the packages of each.
import * as Transport from "@effect-openrouter/client/fetch"
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"

export const connect = async (baseUrl: string) => {
  const runtime = ManagedRuntime.make(
    Generations.layer.pipe(
      Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-bench"), baseUrl })),
      Layer.provide(Transport.layer)
    )
  )
  return {
    run: (calls: number, concurrency: number, prefix: string) => {
      let next = 0
      const worker = Effect.whileLoop({
        while: () => next < calls,
        body: () => Generations.get(`${prefix}${next++}`),
        step: ({ model }) => {
          if (model !== "sao10k/l3-stheno-8b") throw new Error(`a wrong answer: ${model}`)
        }
      })
      return runtime.runPromise(
        Effect.all(Array.from({ length: concurrency }, () => worker), { concurrency: "unbounded", discard: true })
      )
    }
  }
}
