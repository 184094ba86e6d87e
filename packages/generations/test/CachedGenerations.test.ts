import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { CachedGenerations, Generations, Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Context, Deferred, Effect, Exit, Fiber, FiberRef, Layer, Redacted, Stream, TestClock } from "effect"
import { add, asked } from "./harness.js"

const cached = (options: CachedGenerations.CachedGenerationsOptions = { capacity: 100 }) =>
  CachedGenerations.layer(options).pipe(
    Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-0123456789abcdef") })),
    Layer.provide(OpenRouterEmulator.layerHttpClient),
    Layer.provideMerge(OpenRouterEmulator.layer)
  )

const slowly = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.faults([{ delay: "3 seconds" }]))

describe("CachedGenerations", () => {
  it.effect("asks once for a record that is finished", () =>
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

  it.effect("asks again for one whose cost is not known yet", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", finishReason: "stop", totalCost: null })
      assert.isNull((yield* Generations.get("gen-1")).totalCost)
      yield* add({ id: "gen-1", finishReason: "stop", totalCost: 0.25 })
      assert.strictEqual((yield* Generations.get("gen-1")).totalCost, 0.25)
      yield* Generations.get("gen-1")
      assert.strictEqual(yield* asked("gen-1"), 2)
    }).pipe(Effect.provide(cached())))

  it.effect("keeps no failure, no 404 and no defect", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { reason: "NotFound" })
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ status: 403 }, { status: 200, body: { data: { id: 7 } } }])
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { reason: "Forbidden" })
      assert.deepInclude(yield* Effect.flip(Generations.get("gen-1")), { _tag: "ResponseValidationError" })
      assert.strictEqual((yield* Generations.get("gen-1")).totalCost, 0.25)
    }).pipe(Effect.provide(cached())))

  it.effect("survives a client that dies", () =>
    Effect.gen(function*() {
      assert.isTrue(Exit.isFailure(yield* Effect.exit(Generations.get("gen-1"))))
      const cause = yield* Effect.flip(Effect.sandbox(Generations.get("gen-1")))
      assert.include(String(cause), "attempt 2")
    }).pipe(
      Effect.provide(Layer.provide(
        CachedGenerations.layer({ capacity: 1 }),
        Layer.sync(OpenRouterClient, () => {
          let attempts = 0
          return { execute: () => Effect.suspend(() => Effect.dieMessage(`attempt ${++attempts}`)) }
        })
      ))
    ))

  it.effect("keeps as many as fit, for as long as it may", () =>
    Effect.gen(function*() {
      for (const id of ["gen-1", "gen-2", "gen-3"]) yield* add({ id, totalCost: 0.25 })
      for (const id of ["gen-1", "gen-2", "gen-1", "gen-3", "gen-1", "gen-2"]) yield* Generations.get(id)
      assert.deepStrictEqual([yield* asked("gen-1"), yield* asked("gen-2"), yield* asked("gen-3")], [1, 2, 1])
      yield* TestClock.adjust("1 minute")
      yield* Generations.get("gen-1")
      assert.strictEqual(yield* asked("gen-1"), 2)
    }).pipe(Effect.provide(cached({ capacity: 2, timeToLive: "1 minute" }))))

  it.effect("asks once for equal ids in flight, and gives all the same end", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* slowly
      const calls = Array.from({ length: 1000 }, (_, index) => index % 2 === 0 ? Generations.get : Generations.await)
      const fiber = yield* Effect.fork(Effect.forEach(calls, (call) => call("gen-1"), { concurrency: "unbounded" }))
      yield* TestClock.adjust("3 seconds")
      const records = yield* Fiber.join(fiber)
      assert.strictEqual(new Set(records).size, 1)
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(cached())))

  it.effect("gives all that are in flight the same failure, and asks again after it", () =>
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

  it.effect("polls for a record once, however many wait for it, each for as long as it will", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-1", totalCost: 0.25 }, { visibleAfter: "10 seconds" })
      yield* emulator.faults(Array.from({ length: 7 }, () => ({ delay: 10 })))
      const patient = yield* Effect.fork(Generations.await("gen-1"))
      const other = yield* Effect.fork(Generations.await("gen-1"))
      const hasty = yield* Effect.fork(Effect.flip(Generations.await("gen-1", { within: "2 seconds" })))
      yield* TestClock.adjust("30 seconds")
      assert.deepInclude(yield* Fiber.join(hasty), { _tag: "GenerationNotVisibleError", attempts: 3 })
      assert.strictEqual((yield* Fiber.join(patient)).totalCost, 0.25)
      assert.strictEqual((yield* Fiber.join(other)).totalCost, 0.25)
      // At 0, 0.5, 1.25, 2.4, 4.1, 6.6 and 10.4 seconds.
      assert.strictEqual(yield* asked("gen-1"), 7)
    }).pipe(Effect.provide(cached())))

  it.effect("interrupts a request with the last of those who wait for it, not with the first", () => {
    const events: Array<string> = []
    return Effect.gen(function*() {
      const answer = yield* Deferred.make<never>()
      const client = OpenRouterClient.of({
        execute: () =>
          Effect.zipRight(
            Effect.sync(() => events.push("asked")),
            Effect.onInterrupt(Deferred.await(answer), () => Effect.sync(() => events.push("interrupted")))
          )
      })
      yield* Effect.gen(function*() {
        const [first, second] = [
          yield* Effect.fork(Generations.get("gen-1")),
          yield* Effect.fork(Generations.get("gen-1"))
        ]
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(first)
        assert.deepStrictEqual(events, ["asked"])
        const third = yield* Effect.fork(Generations.get("gen-1"))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(second)
        assert.deepStrictEqual(events, ["asked"])
        yield* Fiber.interrupt(third)
        assert.deepStrictEqual(events, ["asked", "interrupted"])
      }).pipe(
        Effect.provide(
          Layer.provide(CachedGenerations.layer({ capacity: 1 }), Layer.succeed(OpenRouterClient, client))
        )
      )
    })
  })

  it.effect("asks by itself where a call goes elsewhere, and keeps nothing of it", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const elsewhere = { baseUrl: "http://localhost:1/api/v1" }
      const withHeaders = { headers: { "x-account": "another" } }
      for (const options of [elsewhere, withHeaders, undefined, elsewhere, withHeaders, undefined]) {
        yield* Generations.get("gen-1", options)
      }
      assert.strictEqual(yield* asked("gen-1"), 5)
    }).pipe(Effect.provide(cached())))

  it.effect("shares no request between calls that would wait differently, and what is kept with all", () =>
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

  it.effect("asks with what the call's fiber has", () =>
    Effect.gen(function*() {
      const color = FiberRef.unsafeMake("none")
      class Tenant extends Context.Reference<Tenant>()("Tenant", { defaultValue: () => "none" }) {}
      const seen: Array<string> = []
      const client = OpenRouterClient.of({
        execute: () =>
          Effect.flatMap(
            Effect.all([FiberRef.get(color), Tenant]),
            (all) => Effect.dieMessage(String(seen.push(...all)))
          )
      })
      yield* Effect.exit(Generations.get("gen-1")).pipe(
        Effect.locally(color, "green"),
        Effect.provideService(Tenant, "a"),
        Effect.provide(
          Layer.provide(CachedGenerations.layer({ capacity: 1 }), Layer.succeed(OpenRouterClient, client))
        )
      )
      assert.deepStrictEqual(seen, ["green", "a"])
    }))

  it.effect("is the same for what is built on it, and for content, feedback and refusals", () =>
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

  it.effect("lives as long as it is used, not only as long as its layer", () =>
    Effect.gen(function*() {
      const [generations, emulator] = yield* Effect.provide(Effect.all([Generations, OpenRouterEmulator]), cached())
      yield* emulator.add({ id: "gen-1", totalCost: 0.25 })
      assert.strictEqual((yield* generations.get("gen-1")).totalCost, 0.25)
    }))

  it.effect.each(
    [
      ["capacity", { capacity: 0 }],
      ["capacity", { capacity: Number.NaN }],
      ["capacity", {} as { capacity: number }],
      ["timeToLive", { capacity: 1, timeToLive: 0 }],
      ["timeToLive", { capacity: 1, timeToLive: Number.NaN }]
    ] as const
  )("fails each call for a record where its %s makes no sense", ([field, options]) =>
    Effect.gen(function*() {
      for (const call of [Generations.get, Generations.await]) {
        assert.deepInclude(yield* Effect.flip(call("gen-1")), { _tag: "InvalidRequestError", field })
      }
      assert.strictEqual(yield* asked("gen-1"), 0)
    }).pipe(Effect.provide(cached(options))))
})
