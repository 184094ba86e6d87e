import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { Generations } from "@effect-openrouter/generations/Generations"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { check, type Client } from "./client.js"

/** Our client with all its defaults over a transport. */
export const ours = (baseUrl: string, httpClient: Layer.Layer<HttpClient>): Layer.Layer<Generations> =>
  Generations.layer.pipe(
    Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-bench"), baseUrl })),
    Layer.provide(httpClient)
  )

/** Returns our client as a program that is measured. */
export const connectOver = async (baseUrl: string, httpClient: Layer.Layer<HttpClient>): Promise<Client> => {
  const runtime = ManagedRuntime.make(ours(baseUrl, httpClient))
  return {
    run: (calls, concurrency) =>
      runtime.runPromise(
        Effect.forEach(
          Array.from({ length: calls }, (_, index) => `gen-${index}`),
          (id) => Effect.map(Generations.get(id), ({ model }) => check(model)),
          { concurrency, discard: true }
        )
      )
  }
}
