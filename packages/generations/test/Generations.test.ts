import { OpenRouterClient } from "@effect-openrouter/client"
import { Generation, OpenRouterDefaultError, Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator, type OpenRouterEmulatorService } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Either, Fiber, Layer, Option, Redacted, Schema, TestClock, Tracer } from "effect"
import { inMemory } from "./harness.js"

const requests = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.requests)

const add = (...args: Parameters<OpenRouterEmulatorService["add"]>) =>
  Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.add(...args))

describe("Generations", () => {
  describe("refuses before anything is sent", () => {
    const calls = {
      get: Generations.get,
      await: Generations.await,
      content: Generations.content,
      submitFeedback: (generationId: string) => Generations.submitFeedback({ generationId, category: "other" })
    }
    const ids = ["", "x".repeat(513), "gen\n1", "gen\u0000", "gen-\ud800", null, undefined, 1, {}]

    it.effect.each(Object.entries(calls))("an id that can be none, in %s", ([method, call]) =>
      Effect.gen(function*() {
        for (const id of ids) {
          const error = yield* Effect.flip(call(id as string))
          assert.deepInclude(error, {
            _tag: "InvalidRequestError",
            field: method === "submitFeedback" ? "generationId" : "id"
          })
        }
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(inMemory)))

    it.effect.each(
      [
        ["comment", { generationId: "gen-1", category: "other", comment: "x".repeat(1001) }],
        ["category", { generationId: "gen-1", category: "praise" as "other" }]
      ] as const
    )("a wrong %s", ([field, feedback]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Generations.submitFeedback(feedback))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field })
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(inMemory)))

    it.effect.each([null, undefined, "gen-1", []])("feedback that is %j", (feedback) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Generations.submitFeedback(feedback as never))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field: "generationId" })
      }).pipe(Effect.provide(inMemory)))

    it.effect.each([0, -1, Number.NaN, "-2 seconds", "soon"])(
      "a time to wait of %s",
      (within) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(Generations.await("gen-1", { within: within as number }))
          assert.deepInclude(error, { _tag: "InvalidRequestError", field: "within" })
          assert.deepStrictEqual(yield* requests, [])
        }).pipe(Effect.provide(inMemory))
    )

    it.effect("a long comment, with its limit and without quoting it", () =>
      Effect.gen(function*() {
        const comment = "x".repeat(1001)
        const error = yield* Effect.flip(
          Generations.submitFeedback({ generationId: "gen-1", category: "other", comment })
        )
        assert.strictEqual(error.message, "comment: must have at most 1000 characters")
      }).pipe(Effect.provide(inMemory)))
  })

  describe("await", () => {
    /** The call under the clock of the test: what became of it, when, and the seconds at which it asked. */
    const timed = <A, E, R>(call: Effect.Effect<A, E, R>) =>
      Effect.gen(function*() {
        const asked: Array<number> = []
        const client = yield* OpenRouterClient
        const recording = OpenRouterClient.of({
          execute: (request, options) =>
            Effect.zipRight(
              Effect.map(Clock.currentTimeMillis, (now) => asked.push(now / 1000)),
              client.execute(request, options)
            )
        })
        const fiber = yield* call.pipe(
          Effect.either,
          Effect.zip(Clock.currentTimeMillis),
          Effect.provide(Layer.provide(Generations.layer, Layer.succeed(OpenRouterClient, recording))),
          Effect.fork
        )
        yield* TestClock.adjust("10 minutes")
        const [result, end] = yield* Fiber.join(fiber)
        return { asked, end: end / 1000, result }
      }).pipe(Effect.provide(clientInMemory))

    const clientInMemory = OpenRouterClient.layer({ apiKey: Redacted.make("key") }).pipe(
      Layer.provide(OpenRouterEmulator.layerHttpClient)
    )

    it.effect("asks with a growing pause, from 0.5 to 5 seconds", () =>
      Effect.gen(function*() {
        const { asked } = yield* timed(Generations.await("gen-1", { within: "40 seconds" }))
        const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0))
        assert.deepStrictEqual(
          pauses.map((pause) => Math.round(pause * 1000)),
          [500, 750, 1125, 1688, 2531, 3797, 5000, 5000, 5000, 5000, 5000]
        )
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("ends with the record at the poll that finds it", () =>
      Effect.gen(function*() {
        yield* add({ id: "gen-1" }, { visibleAfter: "9 seconds" })
        const { asked, end, result } = yield* timed(Generations.await("gen-1"))
        assert.isTrue(Either.isRight(result))
        assert.strictEqual(end, asked.at(-1))
        assert.isBelow(end, 11)
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("gives up after 30 seconds unless told otherwise", () =>
      Effect.gen(function*() {
        const { asked, end, result } = yield* timed(Generations.await("gen-1"))
        assert.strictEqual(end, 30)
        const error = Option.getOrThrow(Either.getLeft(result))
        assert.deepInclude(error, { _tag: "GenerationNotVisibleError", id: "gen-1", attempts: asked.length })
        assert.deepInclude(error, { elapsed: Duration.seconds(30) })
        assert.strictEqual(error.message, `gen-1 was not visible within 30s, asked ${asked.length} times`)
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("bounds the request in flight too", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ delay: "1 hour" }])
        const { end, result } = yield* timed(Generations.await("gen-1", { within: "3 seconds" }))
        assert.strictEqual(end, 3)
        assert.deepInclude(Option.getOrThrow(Either.getLeft(result)), {
          _tag: "GenerationNotVisibleError",
          attempts: 1
        })
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("goes on after data that is null, and over transient failures", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* add({ id: "gen-1" })
        yield* emulator.faults([{ status: 200, body: { data: null } }, { status: 503 }, { status: 404 }])
        const { result } = yield* timed(Generations.await("gen-1"))
        assert.isTrue(Either.isRight(result))
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect.each([400, 401, 402, 403])("returns a %d at once", (status) =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ status: 404 }, { status }])
        const { end, result } = yield* timed(Generations.await("gen-1"))
        assert.strictEqual(end, 0.5)
        assert.deepInclude(Option.getOrThrow(Either.getLeft(result)), { _tag: "OpenRouterDefaultError", status })
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))
  })

  describe("is swapped with one layer", () => {
    const program = Effect.map(Generations.get("gen-1"), Usage.effectiveCost)
    const record = Schema.decodeSync(Generation)({ id: "gen-1", total_cost: 0.25 })

    it.effect("by Layer.mock", () =>
      Effect.gen(function*() {
        assert.strictEqual(yield* program, 0.25)
      }).pipe(Effect.provide(Layer.mock(Generations, { get: () => Effect.succeed(record) }))))

    it.effect("by Layer.succeed", () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(program)
        assert.strictEqual(error._tag, "OpenRouterDefaultError")
      }).pipe(Effect.provide(Layer.succeed(Generations, {
        get: () =>
          Effect.fail(
            new OpenRouterDefaultError({ status: 402, reason: "PaymentRequired", message: "Insufficient credits" })
          ),
        await: () => Effect.never,
        content: () => Effect.never,
        submitFeedback: () => Effect.void
      }))))
  })

  it.effect("makes one span for each call, named after it, with the id", () =>
    Effect.gen(function*() {
      const spans: Array<Tracer.Span> = []
      const native = yield* Effect.tracer
      const recording = Tracer.make({
        context: native.context,
        span: (...args) => {
          const span = native.span(...args)
          spans.push(span)
          return span
        }
      })
      yield* add({ id: "gen-1" }, { content: {} })
      yield* Effect.all([
        Generations.get("gen-1"),
        Generations.await("gen-1"),
        Generations.content("gen-1"),
        Generations.submitFeedback({ generationId: "gen-1", category: "other" })
      ]).pipe(Effect.withTracer(recording))
      const ours = spans.filter(({ name }) => name.startsWith("Generations."))
      assert.deepStrictEqual(
        ours.map(({ attributes, name }) => [name, attributes.get("openrouter.generation.id")]),
        ["get", "await", "content", "submitFeedback"].map((method) => [`Generations.${method}`, "gen-1"])
      )
    }).pipe(Effect.provide(inMemory)))
})
