import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Layer, Redacted } from "effect"

/** The service over an emulator in memory, under the clock of the test. */
export const emulated = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-example") })),
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)
