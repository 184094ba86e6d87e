// From nothing to the first answer, over fetch: node cold-ours.js BASE_URL.
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const layer = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-bench"), baseUrl: process.argv[2] })),
  Layer.provide(FetchHttpClient.layer)
)
const { model } = await Effect.runPromise(Effect.provide(Generations.get("gen-1"), layer))
if (model !== "sao10k/l3-stheno-8b") throw new Error("a wrong answer")
process.exit()
