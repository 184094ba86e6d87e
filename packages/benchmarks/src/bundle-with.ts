// The same program with `get`.
import { OpenRouterClient } from "@effect-openrouter/client"
import { Generations } from "@effect-openrouter/generations"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { done } from "./bundle-without.js"

const openRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("key") })),
  Layer.provide(FetchHttpClient.layer)
)
await done
await Effect.runPromise(Effect.flatMap(Effect.provide(Generations.get("gen-1"), openRouter), Console.log))
