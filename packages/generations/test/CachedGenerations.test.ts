import { type RequestOptions, RetryPolicy } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import {
  CachedGenerations,
  Generations,
  GenerationsMetrics,
  type GenerationsService,
  Settlement
} from "@effect-openrouter/generations"
import { withWallClock } from "@effect-openrouter/test-support"
import { assert, describe, it } from "@effect/vitest"
import {
  Chunk,
  Config,
  ConfigProvider,
  Context,
  Duration,
  Effect,
  Fiber,
  Layer,
  Metric,
  Redacted,
  Runtime,
  Stream,
  TestClock
} from "effect"
import { add, asked, inMemory, record } from "./harness.js"

const cached = (options?: CachedGenerations.CachedGenerationsOptions) =>
  CachedGenerations.layer(options).pipe(Layer.provideMerge(inMemory))

/** A cache over a service of the test. */
const over = (generations: Partial<GenerationsService>, options?: CachedGenerations.CachedGenerationsOptions) =>
  Layer.provide(CachedGenerations.layer(options), Layer.mock(Generations, generations))

/** The ids that a service of the test was asked for. It returns the record of `gen-1` for `gen-2`. */
class Requests extends Context.Tag("Requests")<Requests, { readonly requests: Array<string> }>() {}

const counting = Layer.unwrapEffect(Effect.sync(() => {
  const requests: Array<string> = []
  return Layer.merge(
    Layer.succeed(Requests, { requests }),
    Layer.mock(Generations, {
      get: (id) =>
        Effect.sync(() => {
          requests.push(id)
          return record({ id: id === "gen-2" ? "gen-1" : id, total_cost: 0.25 })
        }).pipe(Effect.zipLeft(Effect.yieldNow()))
    })
  )
}))

const counted = (options?: CachedGenerations.CachedGenerationsOptions) =>
  Layer.provideMerge(CachedGenerations.layer(options), counting)

const withKey: RequestOptions & { readonly apiKey: Redacted.Redacted } = { apiKey: Redacted.make("sk-or-v1-another") }

const slowly = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.faults([{ delay: "3 seconds" }]))

describe("CachedGenerations", () => {
  it.effect("requests a finished record once", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* add({ id: "gen-2", usage: 0, cancelled: true })
      for (const id of ["gen-1", "gen-2"]) {
        const record = yield* Generations.get(id)
        assert.deepStrictEqual(yield* Generations.get(id), record)
        assert.deepStrictEqual(yield* Generations.await(id), record)
        assert.strictEqual(yield* asked(id), 1)
      }
    }).pipe(Effect.provide(cached())))

  it.effect("requests a record again whose cost is not known yet", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", finishReason: "stop", totalCost: null })
      assert.isNull((yield* Generations.get("gen-1")).totalCost)
      yield* add({ id: "gen-1", finishReason: "stop", totalCost: 0.25 })
      assert.strictEqual((yield* Generations.get("gen-1")).totalCost, 0.25)
      yield* Generations.get("gen-1")
      assert.strictEqual(yield* asked("gen-1"), 2)
    }).pipe(Effect.provide(cached())))

  it.effect("does not cache a failure or a 404", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { reason: "NotFound" })
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ status: 403 }, { status: 200, body: { data: { id: 7 } } }])
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { reason: "Forbidden" })
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { _tag: "ResponseValidationError" })
      assert.strictEqual((yield* Generations.get("gen-1")).totalCost, 0.25)
    }).pipe(Effect.provide(cached())))

  it.effect("does not cache a defect", () =>
    Effect.gen(function*() {
      const cause = yield* Effect.flip(Effect.sandbox(Generations.get("gen-1")))
      assert.include(String(cause), "attempt 1")
      const second = yield* Effect.flip(Effect.sandbox(Generations.get("gen-1")))
      assert.include(String(second), "attempt 2")
    }).pipe(Effect.provide(Layer.unwrapEffect(Effect.sync(() => {
      let attempts = 0
      return over({ get: () => Effect.suspend(() => Effect.dieMessage(`attempt ${++attempts}`)) })
    })))))

  it.effect("holds `capacity` records, each for `timeToLive`", () =>
    Effect.gen(function*() {
      for (const id of ["gen-1", "gen-2", "gen-3"]) yield* add({ id, totalCost: 0.25 })
      for (const id of ["gen-1", "gen-2", "gen-1", "gen-3", "gen-1", "gen-2"]) yield* Generations.get(id)
      assert.deepStrictEqual([yield* asked("gen-1"), yield* asked("gen-2"), yield* asked("gen-3")], [1, 2, 1])
      yield* TestClock.adjust("1 minute")
      yield* Generations.get("gen-1")
      assert.strictEqual(yield* asked("gen-1"), 2)
    }).pipe(Effect.provide(cached({ capacity: 2, timeToLive: "1 minute" }))))

  it.effect.each(
    [
      ["get", Generations.get],
      ["await", Generations.await]
    ] as const
  )(
    "shares the request of equal calls to `%s` in flight, and gives all the same result",
    ([, call]) =>
      Effect.gen(function*() {
        yield* add({ id: "gen-1", totalCost: 0.25 })
        yield* slowly
        const fiber = yield* Effect.fork(
          Effect.forEach(Array.from({ length: 1000 }), () => call("gen-1"), { concurrency: "unbounded" })
        )
        yield* TestClock.adjust("3 seconds")
        const records = yield* Fiber.join(fiber)
        assert.strictEqual(new Set(records).size, 1)
        assert.strictEqual(yield* asked("gen-1"), 1)
      }).pipe(Effect.provide(cached()))
  )

  it.effect("shares the request of calls that start in one tick of the event loop", () =>
    Effect.gen(function*() {
      const runtime = yield* Effect.runtime<Generations>()
      const { requests } = yield* Requests
      const fibers = Array.from({ length: 5 }, () => Runtime.runFork(runtime)(Generations.get("gen-1")))
      yield* Fiber.join(Fiber.all(fibers))
      assert.strictEqual(requests.length, 1)
    }).pipe(Effect.provide(counted())))

  it.effect("makes a request for each call with `shareInFlight: false`", () =>
    Effect.gen(function*() {
      const { requests } = yield* Requests
      yield* Effect.all([Generations.get("gen-1"), Generations.get("gen-1")], { concurrency: "unbounded" })
      assert.strictEqual(requests.length, 2)
      yield* Generations.get("gen-1")
      assert.strictEqual(requests.length, 2)
    }).pipe(Effect.provide(counted({ shareInFlight: false }))))

  it.effect("gives all calls in flight the same failure, and makes a new request after it", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 403, delay: "3 seconds" }])
      const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3], () => Effect.flip(Generations.get("gen-1")), {
        concurrency: "unbounded"
      }))
      yield* TestClock.adjust("3 seconds")
      const [first, second, third] = yield* Fiber.join(fiber)
      assert.deepInclude(first, { reason: "Forbidden" })
      assert.isTrue(first === second && second === third)
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { reason: "NotFound" })
      assert.strictEqual(yield* asked("gen-1"), 2)
    }).pipe(Effect.provide(cached())))

  it.effect("polls once for equal calls of `await`, and lets each wait for all of its `within`", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 }, { visibleAfter: "35 seconds" })
      const impatient = yield* Effect.fork(Effect.flip(Generations.await("gen-1")))
      const equal = yield* Effect.fork(Effect.flip(Generations.await("gen-1")))
      yield* TestClock.adjust("10 seconds")
      const before = yield* asked("gen-1")
      const later = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.fork(Generations.await("gen-1")))
      assert.strictEqual(yield* asked("gen-1"), before)
      yield* TestClock.adjust("20 seconds")
      for (const fiber of [impatient, equal]) {
        const error = yield* Fiber.join(fiber)
        assert.deepInclude(error, { _tag: "GenerationNotVisibleError", elapsed: Duration.seconds(30) })
      }
      const atEnd = yield* asked("gen-1")
      yield* TestClock.adjust("10 seconds")
      for (const fiber of later) assert.strictEqual((yield* Fiber.join(fiber)).totalCost, 0.25)
      // One of them went on for all ten.
      assert.isAtMost(yield* asked("gen-1"), atEnd + 6)
    }).pipe(Effect.provide(cached())))

  it.effect("ends a call of `await` that joined late at the end of its own `within`", () =>
    Effect.gen(function*() {
      const calls = [0, 2, 4].map((start) =>
        Effect.gen(function*() {
          yield* Effect.sleep(Duration.seconds(start))
          const [elapsed, error] = yield* Effect.timed(
            Effect.flip(Generations.await("gen-1", { within: "10 seconds" }))
          )
          assert.deepInclude(error, { _tag: "GenerationNotVisibleError", elapsed: Duration.seconds(10) })
          return Duration.toSeconds(elapsed)
        })
      )
      const fiber = yield* Effect.fork(Effect.all(calls, { concurrency: "unbounded" }))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [10, 10, 10])
    }).pipe(Effect.provide(cached())))

  it.effect("returns a failure that is not transient to all callers of `await` after one request", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 403, delay: "3 seconds" }])
      const first = yield* Effect.fork(Effect.flip(Generations.await("gen-1")))
      yield* TestClock.adjust("1 second")
      const second = yield* Effect.fork(Effect.flip(Generations.await("gen-1")))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* Fiber.join(first), yield* Fiber.join(second))
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(cached())))

  it.effect("does not let a call wait for a sweep that a 429 has paused", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ status: 429, headers: { "retry-after": "600" } }])
      const sweep = yield* Effect.fork(Stream.runCollect(Settlement.stream(["gen-1"], { retry: RetryPolicy.standard })))
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Generations.get("gen-1")).totalCost, 0.25)
      yield* Fiber.interrupt(sweep)
    }).pipe(Effect.provide(cached())))

  it.effect.each(
    [
      ["baseUrl", { baseUrl: "http://localhost:1/api/v1" }],
      ["headers", { headers: { "x-account": "another" } }],
      ["apiKey", withKey]
    ] as const
  )("is bypassed by a call with its own `%s`", ([, options]) =>
    Effect.gen(function*() {
      const { requests } = yield* Requests
      for (const each of [options, undefined, options, undefined]) yield* Generations.get("gen-1", each)
      assert.lengthOf(requests, 3)
    }).pipe(Effect.provide(counted())))

  it.effect("shares no request between calls with different options, and a cached record with all", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ delay: "10 seconds" }, { delay: "10 seconds" }, { delay: "10 seconds" }])
      const calls = [
        {},
        undefined,
        { timeout: "1 second", retry: RetryPolicy.none },
        { timeout: "1 second", retry: RetryPolicy.none },
        { timeout: "2 seconds", retry: RetryPolicy.none }
      ] as const
      const fiber = yield* Effect.fork(
        Effect.forEach(calls, (options) => Effect.either(Generations.get("gen-1", options)), {
          concurrency: "unbounded"
        })
      )
      yield* TestClock.adjust("10 seconds")
      const ends = (yield* Fiber.join(fiber)).map((end) => end._tag)
      assert.deepStrictEqual(ends, ["Right", "Right", "Left", "Left", "Left"])
      yield* Generations.get("gen-1", calls[2])
      assert.strictEqual(yield* asked("gen-1"), 3)
    }).pipe(Effect.provide(cached())))

  it.effect.each(
    [
      ["an interruptible region", Effect.interruptible],
      ["an uninterruptible region", Effect.uninterruptible]
    ] as const
  )("ends a call after its timeout in %s", ([, region]) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ delay: "1 hour" }])
      const options = { timeout: "2 seconds", retry: RetryPolicy.none } as const
      const fiber = yield* Effect.fork(region(Effect.flip(Generations.get("gen-1", options))))
      yield* TestClock.adjust("2 seconds")
      assert.deepInclude(yield* Fiber.join(fiber), { _tag: "RequestTimeoutError" })
    }).pipe(Effect.provide(cached())))

  it.effect("does not cache a record of another id", () =>
    Effect.gen(function*() {
      const { requests } = yield* Requests
      assert.strictEqual((yield* Generations.get("gen-2")).id, "gen-1")
      assert.strictEqual((yield* Generations.get("gen-2")).id, "gen-1")
      assert.deepStrictEqual(requests, ["gen-2", "gen-2"])
    }).pipe(Effect.provide(counted())))

  it.effect("decorates any service: a mock with one method, a cache, metrics", () =>
    Effect.gen(function*() {
      const { requests } = yield* Requests
      for (let call = 0; call < 3; call++) yield* Generations.get("gen-1")
      assert.deepStrictEqual(requests, ["gen-1"])
    }).pipe(Effect.provide(
      CachedGenerations.layer({ capacity: 1 }).pipe(
        Layer.provide(GenerationsMetrics.layer),
        Layer.provideMerge(counted({ capacity: 10 }))
      )
    )))

  it.effect.each(
    [
      ["get", Generations.get],
      ["await", Generations.await]
    ] as const
  )("shares the request of equal calls to `%s` that metrics count", ([, call]) =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* slowly
      const before = yield* Metric.value(GenerationsMetrics.requests.pipe(Metric.tagged("status", "2XX")))
      const fiber = yield* Effect.fork(Effect.forEach([1, 2, 3], () => call("gen-1"), { concurrency: "unbounded" }))
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(fiber)
      assert.strictEqual(yield* asked("gen-1"), 1)
      const after = yield* Metric.value(GenerationsMetrics.requests.pipe(Metric.tagged("status", "2XX")))
      assert.strictEqual(after.count - before.count, 1)
    }).pipe(Effect.provide(
      Layer.provideMerge(Layer.provide(GenerationsMetrics.layer, CachedGenerations.layer()), inMemory)
    )))

  it.effect("lets a call of `await` that joined late wait for the cost for all of its `within`", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: null, usage: null })
      const options = { within: "10 seconds", waitForCost: true } as const
      const first = yield* Effect.fork(Generations.await("gen-1", options))
      yield* TestClock.adjust("5 seconds")
      const second = yield* Effect.fork(Generations.await("gen-1", options))
      yield* TestClock.adjust("5 seconds")
      assert.isNull((yield* Fiber.join(first)).totalCost)
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(second)).totalCost, 0.25)
    }).pipe(Effect.provide(cached())))

  it.effect("calls `await` of the service that it decorates", () =>
    Effect.gen(function*() {
      const first = yield* Generations.await("gen-1", { within: "1 minute" })
      assert.strictEqual(first.id, "gen-1")
      assert.strictEqual(yield* Generations.await("gen-1"), first)
      assert.strictEqual(yield* Generations.get("gen-1"), first)
    }).pipe(Effect.provide(over({ await: () => Effect.succeed(record({ id: "gen-1", total_cost: 0.25 })) }))))

  it.effect("holds a record for its time to live if the wall clock moves meanwhile", () =>
    Effect.gen(function*() {
      const { requests } = yield* Requests
      let offset = 0
      const get = withWallClock(Generations.get("gen-1"), () => offset)
      yield* get
      offset = -3_600_000
      yield* TestClock.adjust("59 seconds")
      yield* get
      assert.lengthOf(requests, 1)
      yield* TestClock.adjust("1 second")
      yield* get
      assert.lengthOf(requests, 2)
    }).pipe(Effect.provide(counted({ timeToLive: "1 minute" }))))

  it.effect("takes its options from a Config", () =>
    Effect.gen(function*() {
      const { requests } = yield* Requests
      for (const id of ["gen-1", "gen-3", "gen-1"]) yield* Generations.get(id)
      assert.lengthOf(requests, 3)
    }).pipe(
      Effect.provide(Layer.provideMerge(
        CachedGenerations.layerConfig({
          capacity: Config.integer("CAPACITY"),
          timeToLive: Config.option(Config.duration("TIME_TO_LIVE"))
        }),
        counting
      )),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["CAPACITY", "1"]])))
    ))

  it.effect("works with streams, content, feedback and rejected ids", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 }, { content: { output: { completion: "42" } } })
      const settled = yield* Stream.runCollect(Settlement.stream(["gen-1", "gen-2", "gen-1", ""], { ordered: true }))
      assert.deepStrictEqual(Chunk.toArray(Chunk.map(settled, ({ _tag }) => _tag)), [
        "Settled",
        "NotVisible",
        "Settled",
        "Failed"
      ])
      assert.strictEqual(yield* asked("gen-1"), 1)
      assert.strictEqual((yield* Generations.content("gen-1")).output?.completion, "42")
      yield* Generations.submitFeedback({ generationId: "gen-1", category: "other" })
    }).pipe(Effect.provide(cached())))

  it.effect("can be used after its layer is released", () =>
    Effect.gen(function*() {
      const [generations, emulator] = yield* Effect.provide(Effect.all([Generations, OpenRouterEmulator]), cached())
      yield* emulator.add({ id: "gen-1", totalCost: 0.25 })
      assert.strictEqual((yield* generations.get("gen-1")).totalCost, 0.25)
    }))

  it.effect.each(
    [
      ["capacity", { capacity: 0 }],
      ["capacity", { capacity: Number.NaN }],
      ["capacity", { capacity: 1.5 }],
      ["timeToLive", { capacity: 1, timeToLive: 0 }],
      ["timeToLive", { capacity: 1, timeToLive: Number.NaN }],
      ["shareInFlight", { shareInFlight: "no" as unknown as boolean }]
    ] as const
  )("fails when the layer is built if its %s is invalid", ([field, options]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Generations.get("gen-1"), cached(options)))
      assert.deepInclude(error, { _tag: "InvalidRequestError", field })
    }))

  it.effect("takes null for no options, and rejects options that cannot be read", () =>
    Effect.gen(function*() {
      const none = null as unknown as undefined
      const unreadable = new Proxy({}, { get: () => assert.fail("read"), ownKeys: () => assert.fail("read") })
      for (const options of [none, unreadable]) {
        const call = Effect.provide(Effect.flip(Generations.get("gen-1", unreadable)), cached({}))
        assert.deepInclude(yield* call, { _tag: "InvalidRequestError" })
        const ofLayer = yield* Effect.flip(Effect.provide(Generations.get("gen-1"), cached(options)))
        const ofConfig = yield* Effect.flip(
          Effect.provide(
            Generations.get("gen-1"),
            CachedGenerations.layerConfig(options).pipe(Layer.provideMerge(inMemory))
          )
        )
        const expected = options === none ? /NotFound|not found/ : /capacity|options/
        assert.match(String(ofLayer), expected)
        assert.match(String(ofConfig), expected)
      }
    }))
})
