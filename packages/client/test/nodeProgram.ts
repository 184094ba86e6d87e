// A program of its own, for what a test cannot see from inside: it trusts the authority of the fixtures, and it ends by
// itself. It makes one call for each base URL with client/node, and writes one line for each and one at the end.
import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { apiKey } from "@effect-openrouter/test-support"
import { Effect, Either, Layer } from "effect"
import { get } from "./harness.js"

const [layer, ...baseUrls] = process.argv.slice(2)

const client = Layer.provide(
  OpenRouterClient.layer({ apiKey, retry: RetryPolicy.none, timeout: "2 seconds" }),
  layer === "layerProxy" ? NodeClient.layerProxy : NodeClient.layer
)

const print = (value: unknown) => Effect.sync(() => void process.stdout.write(`${JSON.stringify(value)}\n`))

const program = Effect.forEach(
  baseUrls,
  (baseUrl) =>
    Effect.flatMap(Effect.either(get({ baseUrl })), (result) =>
      print(Either.match(result, {
        onLeft: (error) => error._tag === "ConnectionError" ? error.code : error._tag,
        onRight: (data) => data
      })))
)

await Effect.runPromise(Effect.zipRight(Effect.provide(program, client), print("end")))
