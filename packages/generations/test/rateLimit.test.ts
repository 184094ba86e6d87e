// A rate limit and the pause of a sweep together.
import { OpenRouterClient } from "@effect-openrouter/client"
import * as RateLimit from "@effect-openrouter/client/RateLimit"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { apiKey } from "@effect-openrouter/test-support"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Stream, TestClock } from "effect"
import { add } from "./harness.js"

const limit = 8
const window = 400

const ids = Array.from({ length: 48 }, (_, index) => `gen-${index}`)

describe("a rate limit", () => {
  it.effect("is not exceeded after the pause of a 429", () => {
    const sent: Array<number> = []
    const recorded = Layer.effect(
      HttpClient.HttpClient,
      Effect.map(
        HttpClient.HttpClient,
        (client) => HttpClient.tapRequest(client, () => Effect.map(Clock.currentTimeMillis, (now) => sent.push(now)))
      )
    )
    const limited = Generations.layer.pipe(
      Layer.provide(RateLimit.layer({ limit, window })),
      Layer.provide(OpenRouterClient.layer({ apiKey })),
      Layer.provide(recorded),
      Layer.provide(OpenRouterEmulator.layerHttpClient),
      Layer.provideMerge(OpenRouterEmulator.layer),
      Layer.provide(RateLimiter.layer),
      Layer.provide(RateLimiter.layerStoreMemory)
    )
    return Effect.gen(function*() {
      for (const id of ids) yield* add({ id, totalCost: 0.25 })
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults(Array.from({ length: limit }, () => ({ status: 429, headers: { "retry-after": "10" } })))
      const sweep = yield* Effect.fork(Stream.runCount(Settlement.stream(ids, { concurrency: 24 })))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(sweep), ids.length)
      const busiest = Math.max(...sent.map((start) => sent.filter((at) => at >= start && at < start + window).length))
      assert.strictEqual(busiest, limit)
      assert.isAbove(sent.filter((at) => at >= 10_000).length, limit)
    }).pipe(Effect.provide(limited))
  })
})
