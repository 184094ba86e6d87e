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

/**
 * Returns our client as a program that is measured: workers that make one call after another, as those of the other clients.
 * `Effect.forEach` would keep the fiber of every call until its end.
 */
export const connectOver = async (baseUrl: string, httpClient: Layer.Layer<HttpClient>): Promise<Client> =>
  runWith(ours(baseUrl, httpClient))

/** Returns a layer of the service as a program that is measured. */
export const runWith = async (layer: Layer.Layer<Generations>): Promise<Client> => {
  const runtime = ManagedRuntime.make(layer)
  return {
    run: (calls, concurrency, prefix) => {
      let next = 0
      const worker = Effect.whileLoop({
        while: () => next < calls,
        body: () => Generations.get(`${prefix}${next++}`),
        step: ({ model }) => check(model)
      })
      return runtime.runPromise(
        Effect.all(Array.from({ length: concurrency }, () => worker), { concurrency: "unbounded", discard: true })
      )
    }
  }
}
