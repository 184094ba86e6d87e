import * as RateLimit from "@effect-openrouter/client/RateLimit"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Fiber, Layer, Ref, TestClock } from "effect"
import { client, get, Instants, logged } from "./harness.js"

const limiter = RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))

const limited = (options: RateLimit.RateLimitOptions, over: Layer.Layer<RateLimiter.RateLimiter> = limiter) =>
  Layer.provide(
    Layer.unwrapEffect(Effect.map(RateLimit.make(options), (rateLimit) => client({ rateLimit }))),
    over
  )

const twoEachSecond = { limit: 2, window: "1 second" } as const

/** Makes calls at once; gives back when their requests set out. */
const burst = (calls: number, time: Duration.DurationInput = "1 minute") =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(
      Effect.all(Array.from({ length: calls }, () => get()), { concurrency: "unbounded" })
    )
    yield* TestClock.adjust(time)
    yield* Fiber.join(fiber)
    return yield* Effect.flatMap(Instants, Ref.get)
  })

/** A limiter whose store does as it is told. */
const overStore = (fixedWindow: RateLimiter.RateLimiterStore["Type"]["fixedWindow"]) =>
  RateLimiter.layer.pipe(
    Layer.provide(
      Layer.succeed(RateLimiter.RateLimiterStore, { fixedWindow, tokenBucket: () => Effect.dieMessage("") })
    )
  )

const down = Effect.fail(new RateLimiter.RateLimitStoreError({ message: "", cause: new Error("ECONNREFUSED") }))

describe("RateLimit", () => {
  it.effect("lets so many requests set out in each window", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* burst(5), [0, 0, 1000, 1000, 2000])
    }).pipe(Effect.provide(limited(twoEachSecond))))

  it.effect("spreads them evenly with a token bucket", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* burst(5), [0, 0, 500, 1000, 1500])
    }).pipe(Effect.provide(limited({ ...twoEachSecond, algorithm: "token-bucket" }))))

  it.effect("counts retries, too", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 503 }, { status: 503 }])
      assert.deepStrictEqual(yield* burst(1), [0, 2000, 4000])
    }).pipe(
      Effect.provide(limited({ limit: 1, window: "2 seconds" }))
    ))

  it.effect("is shared by those who have the key in common", () =>
    Effect.gen(function*() {
      const apart = yield* RateLimit.make({ ...twoEachSecond, key: "another" })
      const one = yield* RateLimit.make(twoEachSecond)
      const other = yield* RateLimit.make(twoEachSecond)
      const fiber = yield* Effect.fork(Effect.forEach([one, other, one, other, apart], Effect.timed, {
        concurrency: "unbounded"
      }))
      yield* TestClock.adjust("1 minute")
      const waits = (yield* Fiber.join(fiber)).map(([wait]) => Duration.toMillis(wait))
      assert.deepStrictEqual(waits, [0, 0, 1000, 1000, 0])
    }).pipe(Effect.provide(limiter)))

  it.effect("gives up its wait when it is interrupted", () =>
    Effect.gen(function*() {
      yield* burst(2)
      const fiber = yield* Effect.fork(get())
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      assert.lengthOf(yield* Effect.flatMap(Instants, Ref.get), 2)
    }).pipe(Effect.provide(limited({ limit: 2, window: "1 hour" }))))

  it.effect("lets requests out while the store is down, with one warning", () =>
    Effect.gen(function*() {
      const { messages, result } = yield* logged(burst(3))
      assert.deepStrictEqual(result, [0, 0, 0])
      assert.deepStrictEqual(messages, ["WARN Requests set out without their rate limit: ECONNREFUSED"])
    }).pipe(Effect.provide(limited(twoEachSecond, overStore(() => down)))))

  it.effect("lets requests out when the store does not answer in time", () =>
    Effect.gen(function*() {
      const { messages, result } = yield* logged(burst(2))
      assert.deepStrictEqual(result, [200, 200])
      assert.deepStrictEqual(messages, ["WARN Requests set out without their rate limit: no answer within 200ms"])
    }).pipe(
      Effect.provide(limited({ ...twoEachSecond, storeTimeout: "200 millis" }, overStore(() => Effect.never)))
    ))

  it.effect("tells the store a name that is no secret, and whole milliseconds, which Redis insists on", () =>
    Effect.gen(function*() {
      const asked = yield* Ref.make(Chunk.empty<unknown>())
      const store = overStore(({ key, refillRate }) =>
        Effect.as(Ref.update(asked, Chunk.append([key, Duration.toMillis(refillRate)])), [1, 1])
      )
      for (const options of [{ limit: 3, window: "1 second" }, { limit: 5000, window: "1 second" }] as const) {
        yield* Effect.provide(Effect.flatten(RateLimit.make(options)), store)
      }
      assert.deepStrictEqual(Chunk.toArray(yield* Ref.get(asked)), [["openrouter", 334], ["openrouter", 1]])
    }))

  it.effect.each(
    [
      ["limit", { limit: 0, window: "1 second" }],
      ["limit", { limit: Number.NaN, window: "1 second" }],
      ["limit", { limit: 1.5, window: "1 second" }],
      ["window", { limit: 1, window: 0 }],
      ["window", { limit: 1, window: Infinity }],
      ["window", { limit: 1, window: "soon" as "1 second" }]
    ] as const
  )("fails each call where its %s makes no sense", ([option, options]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(get())
      assert.deepInclude(error, { _tag: "InvalidRequestError", field: `rateLimit.${option}` })
      assert.deepStrictEqual(yield* Effect.flatMap(Instants, Ref.get), [])
    }).pipe(Effect.provide(limited(options))))
})
