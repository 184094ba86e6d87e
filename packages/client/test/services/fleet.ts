// One process of a fleet. It makes the given number of calls at once, as soon as the others are ready.
import { OpenRouterClient } from "@effect-openrouter/client"
import * as RateLimit from "@effect-openrouter/client/RateLimit"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as RateLimiterRedis from "@effect/experimental/RateLimiter/Redis"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect, Layer, Redacted, Schema } from "effect"
import { once } from "node:events"

const [baseUrl, redisPort, calls, limit, window, key] = process.argv.slice(2) as [string, ...Array<string>]

const limiter = RateLimiter.layer.pipe(
  Layer.provide(RateLimiterRedis.layerStore({ host: "127.0.0.1", port: Number(redisPort) }))
)

const Client = RateLimit.layer({ limit: Number(limit), window: Number(window), key }).pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-fleet"), baseUrl })),
  Layer.provide(FetchHttpClient.layer),
  Layer.provide(limiter)
)

const program = Effect.gen(function*() {
  const client = yield* OpenRouterClient
  // Opens both connections, and loads fetch, before the start.
  yield* Effect.promise(() => fetch(`${baseUrl}/warm-up`).then((response) => response.text()))
  yield* Effect.flatMap(
    RateLimiter.RateLimiter,
    (limiter) => limiter.consume({ key: `${key}-ready`, limit: 100, window: "1 second" })
  )
  yield* Effect.promise(() => {
    process.send?.("ready")
    return once(process, "message")
  })
  const get = client.execute({
    method: "GET",
    path: "/generation?id=gen-1",
    schema: Schema.Struct({ id: Schema.String })
  })
  yield* Effect.forEach(Array.from({ length: Number(calls) }), () => get, { concurrency: "unbounded", discard: true })
})

await Effect.runPromise(Effect.provide(program, Layer.merge(Client, limiter)))
// fetch keeps its idle connections for a while.
process.exit()
