/**
 * The parts that the programs of this folder share: where OpenRouter is, a fetch that reports every generation, and the cost
 * of an id.
 */
import { observeFetch, OpenRouterClient } from "@effect-openrouter/client"
import { Usage } from "@effect-openrouter/core"
import { Generations } from "@effect-openrouter/generations"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer, ManagedRuntime } from "effect"

export const apiKey = process.env["OPENROUTER_API_KEY"] ?? ""
export const baseURL = process.env["OPENROUTER_BASE_URL"] ?? "https://openrouter.ai/api/v1"

export const model = "openai/gpt-4o-mini"
export const prompt = "Name three rivers of Norway."

/** A fetch for any client, which prints each generation that passes through it. */
export const observedFetch = observeFetch(
  fetch,
  ({ complete, id }) => console.log("observed", id, complete ? "complete" : "incomplete"),
  { baseUrl: baseURL }
)

const runtime = ManagedRuntime.make(Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
))

/** Waits for the record of an id, and returns its exact cost: `$0.00123`, or `unknown`. */
export const getCost = (id: string): Promise<string> =>
  runtime.runPromise(Effect.map(Generations.await(id, { within: "1 minute" }), (generation) => {
    const { effective } = Usage.cost(generation)
    return effective === null ? "unknown" : `$${Usage.formatUsd(effective)}`
  }))

/** Prints the cost of a call. */
export const printCost = async (call: "whole" | "streamed" | "cancelled", id: string | null): Promise<void> => {
  if (id === null) throw new Error(`${call}: the response has no id of a generation`)
  console.log(call, id, await getCost(id))
}
