import type { RequestOptions } from "@effect-openrouter/client"
import * as RateLimit from "@effect-openrouter/client/RateLimit"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { logged, withWallClock } from "@effect-openrouter/test-support"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Config, ConfigProvider, Duration, Effect, Fiber, Layer, Ref, TestClock } from "effect"
import { client, get, Instants } from "./harness.js"

/** An object that throws whatever is done with it. */
const unreadable = new Proxy({}, { get: () => assert.fail("read"), ownKeys: () => assert.fail("read") })

const limiter = RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))

const limited = (options: RateLimit.RateLimitOptions, over: Layer.Layer<RateLimiter.RateLimiter> = limiter) =>
  RateLimit.layer(options).pipe(Layer.provideMerge(client()), Layer.provide(over))

const twoEachSecond = { limit: 2, window: "1 second" } as const

const asOption = Layer.provide(
  Layer.unwrapEffect(Effect.map(RateLimit.make(twoEachSecond), (rateLimit) => client({ rateLimit }))),
  limiter
)

/** Makes calls at once; returns the times at which their requests were sent. */
const burst = (calls: number, time: Duration.DurationInput = "1 minute", options?: RequestOptions) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(
      Effect.all(Array.from({ length: calls }, () => get(options)), { concurrency: "unbounded" })
    )
    yield* TestClock.adjust(time)
    yield* Fiber.join(fiber)
    return yield* Effect.flatMap(Instants, Ref.get)
  })

/** A limiter over a store of the test. */
const overStore = (fixedWindow: Parameters<typeof RateLimiter.RateLimiterStore.of>[0]["fixedWindow"]) =>
  RateLimiter.layer.pipe(Layer.provide(Layer.mock(RateLimiter.RateLimiterStore, { fixedWindow })))

const down = Effect.fail(new RateLimiter.RateLimitStoreError({ message: "", cause: new Error("ECONNREFUSED") }))

describe("RateLimit", () => {
  it.effect("sends at most `limit` requests in each window", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* burst(5), [0, 0, 1000, 1000, 2000])
    }).pipe(Effect.provide(limited(twoEachSecond))))

  it.effect("holds as an option of the client", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* burst(5), [0, 0, 1000, 1000, 2000])
    }).pipe(
      Effect.provide(asOption)
    ))

  it.effect("takes its options from a Config", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* burst(3), [0, 0, 1000])
    }).pipe(
      Effect.provide(
        RateLimit.layerConfig({
          limit: Config.integer("LIMIT"),
          window: Config.duration("WINDOW"),
          key: Config.option(Config.string("KEY"))
        }).pipe(Layer.provideMerge(client()), Layer.provide(limiter))
      ),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["LIMIT", "2"], ["WINDOW", "1 second"]])))
    ))

  it.effect("counts retries, too", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 503 }, { status: 503 }])
      assert.deepStrictEqual(yield* burst(1), [0, 2000, 4000])
    }).pipe(
      Effect.provide(limited({ limit: 1, window: "2 seconds" }))
    ))

  it.effect.each(
    [
      ["the layer", limited(twoEachSecond)],
      ["the client's option", asOption]
    ] as const
  )(
    "takes the permit after the pause of `transformAttempt`, not before it, with %s",
    ([, layer]) =>
      Effect.gen(function*() {
        const paused: RequestOptions = { transformAttempt: (attempt) => Effect.delay(attempt, "10 seconds") }
        assert.deepStrictEqual(yield* burst(5, "1 minute", paused), [10_000, 10_000, 11_000, 11_000, 12_000])
      }).pipe(Effect.provide(layer))
  )

  it.effect("is shared by clients with the same key and store", () =>
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

  it.effect("can be interrupted while it waits, and sends nothing", () =>
    Effect.gen(function*() {
      yield* burst(2)
      const fiber = yield* Effect.fork(get())
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(fiber)
      assert.lengthOf(yield* Effect.flatMap(Instants, Ref.get), 2)
    }).pipe(Effect.provide(limited({ limit: 2, window: "1 hour" }))))

  it.effect("gives the permits of interrupted callers to the next ones, each in its window", () =>
    Effect.gen(function*() {
      yield* burst(2, 0)
      for (let round = 0; round < 10; round++) {
        const fiber = yield* Effect.fork(Effect.all([get(), get(), get()], { concurrency: "unbounded" }))
        yield* TestClock.adjust("10 millis")
        yield* Fiber.interrupt(fiber)
      }
      assert.deepStrictEqual(yield* burst(3), [0, 0, 1000, 1000, 2000])
    }).pipe(Effect.provide(limited(twoEachSecond))))

  it.effect("does not use the permit of an interrupted caller after its window", () =>
    Effect.gen(function*() {
      yield* burst(2, 0)
      const fiber = yield* Effect.fork(Effect.all([get(), get()], { concurrency: "unbounded" }))
      yield* TestClock.adjust("10 millis")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(yield* burst(3), [0, 0, 10_010, 10_010, 11_010])
    }).pipe(Effect.provide(limited(twoEachSecond))))

  it.effect.each([-3_600_000, 3_600_000])(
    "holds in one process if the wall clock moves by %i ms",
    (step) =>
      Effect.gen(function*() {
        let offset = 0
        const permit = withWallClock(Effect.flatten(RateLimit.make({ limit: 1, window: "1 second" })), () => offset)
        const take = Effect.fork(Effect.timed(permit))
        const fibers = [yield* take, yield* take]
        yield* TestClock.adjust("500 millis")
        offset = step
        fibers.push(yield* take)
        yield* TestClock.adjust("1 minute")
        const waits = (yield* Fiber.join(Fiber.all(fibers))).map(([wait]) => Duration.toMillis(wait))
        assert.deepStrictEqual(waits, [0, 1000, 1500])
      }).pipe(Effect.provide(limiter))
  )

  it.effect("sends requests without a limit while the store is down, with one warning", () =>
    Effect.gen(function*() {
      const { messages, result } = yield* logged(burst(3))
      assert.deepStrictEqual(result, [0, 0, 0])
      assert.deepStrictEqual(messages, [
        "WARN The rate limit's store is unavailable, and requests are sent without a limit: ECONNREFUSED"
      ])
    }).pipe(Effect.provide(limited(twoEachSecond, overStore(() => down)))))

  it.effect.each(
    [
      ["an interruptible region", Effect.interruptible],
      ["an uninterruptible region", Effect.uninterruptible]
    ] as const
  )(
    "sends requests without a limit if the store does not respond in time, in %s",
    ([, region]) =>
      Effect.gen(function*() {
        const { messages, result } = yield* logged(region(burst(2)))
        assert.deepStrictEqual(result, [200, 200])
        assert.deepStrictEqual(messages, [
          "WARN The rate limit's store is unavailable, and requests are sent without a limit: no response within 200ms"
        ])
      }).pipe(
        Effect.provide(limited({ ...twoEachSecond, storeTimeout: "200 millis" }, overStore(() => Effect.never)))
      )
  )

  it.effect("gives the store the default key, and whole milliseconds, which Redis requires", () =>
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
      ["window", { limit: 1, window: "soon" as "1 second" }],
      ["storeTimeout", { limit: 1, window: "1 second", storeTimeout: 0 }]
    ] as const
  )(
    "fails with InvalidRequestError if its %s is invalid: the layer when it is built, `make` with each call",
    ([option, options]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Effect.provide(get(), limited(options)))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field: `rateLimit.${option}` })
        assert.deepInclude(yield* Effect.flip(Effect.flatten(RateLimit.make(options))), {
          field: `rateLimit.${option}`
        })
      }).pipe(Effect.provide(limiter))
  )

  it.effect.each<readonly [title: string, options: unknown]>([
    ["null", null],
    ["missing", undefined],
    ["empty", {}],
    ["a number", 3],
    ["with a key that is not text", { limit: 1, window: "1 second", key: 5 }],
    ["not readable", unreadable]
  ])(
    "fails with InvalidRequestError if its options are %s",
    ([, given]) =>
      Effect.gen(function*() {
        const options = given as RateLimit.RateLimitOptions
        const layerConfig = RateLimit.layerConfig(options).pipe(Layer.provideMerge(client()))
        const errors = yield* Effect.all([
          Effect.flip(Effect.provide(get(), limited(options))),
          Effect.flip(Effect.provide(get(), layerConfig)),
          Effect.flip(Effect.flatten(RateLimit.make(options)))
        ])
        const [ofLayer, ofConfig, ofMake] = errors.map(String)
        assert.match(ofLayer ?? "", /rateLimit/)
        assert.match(ofConfig ?? "", /rateLimit|options/)
        assert.match(ofMake ?? "", /rateLimit/)
      }).pipe(Effect.provide(limiter))
  )
})
