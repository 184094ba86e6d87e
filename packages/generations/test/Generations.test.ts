import { OpenRouterClient } from "@effect-openrouter/client"
import { Generation, OpenRouterDefaultError, Usage } from "@effect-openrouter/core"
import { type Fault, OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations, type GenerationsService, Settlement } from "@effect-openrouter/generations"
import { apiKey, recordingTracer } from "@effect-openrouter/test-support"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Clock,
  Context,
  Duration,
  Effect,
  Either,
  Exit,
  FastCheck,
  Fiber,
  Layer,
  Logger,
  Option,
  Redacted,
  Schema,
  Stream,
  TestClock
} from "effect"
import { add, inMemory } from "./harness.js"

const requests = Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.requests)

describe("Generations", () => {
  it.effect("takes a 204 for a receipt of feedback", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 204 }])
      yield* Generations.submitFeedback({ generationId: "gen-1", category: "other" })
      assert.lengthOf(yield* requests, 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("reads null as options that are not given", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1" })
      assert.strictEqual((yield* Generations.get("gen-1", null as never)).id, "gen-1")
      assert.strictEqual((yield* Generations.await("gen-1", null as never)).id, "gen-1")
      const none = { within: null, pollInterval: null, waitForCost: null, isExpected: null, timeout: null } as never
      assert.strictEqual((yield* Generations.await("gen-1", none)).id, "gen-1")
    }).pipe(Effect.provide(inMemory)))

  describe("rejects before anything is sent", () => {
    const calls = {
      get: Generations.get,
      await: Generations.await,
      content: Generations.content,
      submitFeedback: (generationId: string) => Generations.submitFeedback({ generationId, category: "other" })
    }
    const ids = ["", "x".repeat(513), "gen\n1", "gen\u0000", "gen-\ud800", "sk-or-v1-0123", null, undefined, 1, {}]

    it.effect.each(Object.entries(calls))(
      "an id that cannot be one, in %s",
      ([method, call]) =>
        Effect.gen(function*() {
          for (const id of ids) {
            const error = yield* Effect.flip(call(id as string))
            assert.deepInclude(error, {
              _tag: "InvalidRequestError",
              field: method === "submitFeedback" ? "generationId" : "id"
            })
          }
          assert.deepStrictEqual(yield* requests, [])
        }).pipe(Effect.provide(inMemory))
    )

    it.effect("an option or a field that throws when it is read, by its name", () =>
      Effect.gen(function*() {
        const throwing = (name: string): {} =>
          Object.defineProperty({}, name, {
            enumerable: true,
            get: () => {
              throw new Error("hunter2")
            }
          })
        const errors = [
          ["timeout", Generations.get("gen-1", throwing("timeout"))],
          ["isExpected", Generations.get("gen-1", throwing("isExpected"))],
          ["headers", Generations.content("gen-1", throwing("headers"))],
          ["within", Generations.await("gen-1", throwing("within"))],
          ["options", Generations.await("gen-1", throwing("timeout"))],
          ["generationId", Generations.submitFeedback(throwing("generationId") as never)],
          [
            "feedback",
            Generations.submitFeedback({
              generationId: "gen-1",
              get category(): "other" {
                throw new Error("hunter2")
              }
            })
          ]
        ] as const
        for (const [field, call] of errors) {
          const error = yield* Effect.flip(Effect.asVoid(call))
          assert.deepInclude(error, { _tag: "InvalidRequestError", field })
          assert.notInclude(error.message, "hunter2")
        }
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(inMemory)))

    it.effect.prop(
      "options of any type, unless they are valid",
      {
        value: FastCheck.anything(),
        name: FastCheck.constantFrom(
          "timeout",
          "retry",
          "headers",
          "baseUrl",
          "within",
          "pollInterval",
          "waitForCost",
          "isExpected",
          "transformAttempt",
          "apiKey"
        )
      },
      ({ name, value }) =>
        Effect.gen(function*() {
          const options = { [name]: value } as {}
          for (const call of [Generations.get("gen-1", options), Generations.await("gen-1", options)]) {
            const fiber = yield* Effect.fork(Effect.exit(call))
            yield* TestClock.adjust("2 minutes")
            yield* Fiber.interrupt(fiber)
            const exit = yield* Effect.exit(Effect.flatten(Fiber.join(fiber)))
            assert.isFalse(Exit.isFailure(exit) && Cause.isDie(exit.cause), String(exit))
          }
        }).pipe(Effect.provide(inMemory))
    )

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
    /** The call under the clock of the test: its result, the time of it, and the seconds at which it sent requests. */
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

    it.effect("gives up after 30 seconds by default", () =>
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

    /** The emulator is faulty for five seconds, as often as it is asked. */
    const faultyFor5Seconds = (fault: Fault) =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* add({ id: "gen-1" })
        let isOver = false
        yield* Effect.fork(Effect.delay(Effect.sync(() => isOver = true), "5 seconds"))
        yield* emulator.faults(Array.from({ length: 50 }, () => ({ ...fault, when: () => !isOver })))
      })

    const html = { body: "<html>", headers: { "content-type": "text/html" } }

    it.effect.each<Fault>([
      ...[408, 429, 500, 502, 503, 504, 521, 524, 529].map((status) => ({ status })),
      { status: 200, body: { data: null } },
      { status: 200, body: { error: { code: 503, message: "busy" } } },
      { status: 200, ...html },
      { status: 200, body: "" },
      { status: 503, ...html },
      { status: 429, headers: { "retry-after": "0" } },
      { status: 429, headers: { "retry-after": "3" } },
      { status: 402, headers: { "retry-after": "2" } }
    ])("goes on through %o until the record is there", (fault) =>
      Effect.gen(function*() {
        yield* faultyFor5Seconds(fault)
        const { end, result } = yield* timed(Generations.await("gen-1", { within: "20 seconds" }))
        assert.isTrue(Either.isRight(result), String(result))
        assert.isAtLeast(end, 5)
        assert.isAtMost((yield* requests).length, 8)
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("goes on after attempts that took too long", () =>
      Effect.gen(function*() {
        yield* faultyFor5Seconds({ delay: "1 hour" })
        const { result } = yield* timed(Generations.await("gen-1", { within: "20 seconds", timeout: "2 seconds" }))
        assert.isTrue(Either.isRight(result))
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect.each([503, 429])(
      "ends with the last error, a %d, when within is over",
      (status) =>
        Effect.gen(function*() {
          const emulator = yield* OpenRouterEmulator
          yield* emulator.faults(Array.from({ length: 50 }, () => ({ status })))
          const { end, result } = yield* timed(Generations.await("gen-1", { within: "20 seconds" }))
          assert.strictEqual(end, 20)
          assert.deepInclude(Option.getOrThrow(Either.getLeft(result)), { _tag: "OpenRouterDefaultError", status })
        }).pipe(Effect.provide(OpenRouterEmulator.layer))
    )

    it.effect("is not visible if the last response was a 404, whatever came before", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ status: 503 }, { status: 429 }])
        const { result } = yield* timed(Generations.await("gen-1", { within: "20 seconds" }))
        assert.strictEqual(Option.getOrThrow(Either.getLeft(result))._tag, "GenerationNotVisibleError")
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("returns a failure at once that asks to wait for longer than within", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ status: 429, headers: { "retry-after": "60" } }])
        const { end, result } = yield* timed(Generations.await("gen-1"))
        assert.strictEqual(end, 0)
        assert.deepInclude(Option.getOrThrow(Either.getLeft(result)), { retryAfter: Duration.seconds(60) })
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect.each([400, 401, 402, 403, 405, 451])("returns a %d at once", (status) =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.faults([{ status: 404 }, { status }])
        const { end, result } = yield* timed(Generations.await("gen-1"))
        assert.strictEqual(end, 0.5)
        assert.deepInclude(Option.getOrThrow(Either.getLeft(result)), { _tag: "OpenRouterDefaultError", status })
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("returns a 404 of another server at once, unless OpenRouter has responded before", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const foreign = { status: 404, ...html }
        yield* add({ id: "gen-1" }, { visibleAfter: "2 seconds" })
        yield* emulator.faults([foreign])
        const { end, result } = yield* timed(Generations.await("gen-1"))
        assert.strictEqual(end, 0)
        assert.deepInclude(Option.getOrThrow(Either.getLeft(result)), { status: 404, reason: "Unknown" })
        yield* emulator.faults([{ status: 404 }, foreign])
        assert.isTrue(Either.isRight((yield* timed(Generations.await("gen-1"))).result))
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("a long wait makes few requests, also while the server fails", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const count = (within: Duration.DurationInput, faults: ReadonlyArray<Fault>) =>
          Effect.gen(function*() {
            yield* emulator.reset
            yield* emulator.faults(faults)
            const fiber = yield* Effect.fork(Effect.flip(Generations.await("gen-1", { within })))
            yield* TestClock.adjust("2 hours")
            yield* Fiber.join(fiber)
            return (yield* requests).length
          })
        const down = Array.from({ length: 500 }, () => ({ status: 503 }))
        for (const faults of [[], down]) {
          assert.isAtMost(yield* count("4 minutes", faults), 30)
          assert.isAtMost(yield* count("1 hour", faults), 90)
        }
      }).pipe(Effect.provide(inMemory)))

    it.effect("pollInterval sets the pauses", () =>
      Effect.gen(function*() {
        const { asked } = yield* timed(
          Generations.await("gen-1", { within: "1 minute", pollInterval: { initial: "10 seconds", max: "15 seconds" } })
        )
        assert.deepStrictEqual(asked, [0, 10, 25, 40, 55])
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("waitForCost asks again until the cost is known, and returns the record as it is at the end", () =>
      Effect.gen(function*() {
        const withoutCost = { data: { id: "gen-1" } }
        const emulator = yield* OpenRouterEmulator
        yield* add({ id: "gen-1", totalCost: 0.25 })
        yield* emulator.faults(Array.from({ length: 4 }, () => ({ status: 200, body: withoutCost })))
        const waited = yield* timed(Generations.await("gen-1", { waitForCost: true }))
        assert.strictEqual(Option.getOrThrow(Either.getRight(waited.result)).totalCost, 0.25)
        yield* emulator.faults([
          ...Array.from({ length: 4 }, () => ({ status: 200, body: withoutCost })),
          ...Array.from({ length: 50 }, () => ({ status: 503 }))
        ])
        const ended = yield* timed(Generations.await("gen-1", { waitForCost: true }))
        assert.strictEqual(ended.end - waited.end, 600 - waited.end + 30)
        assert.isNull(Option.getOrThrow(Either.getRight(ended.result)).totalCost)
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("ends in an uninterruptible region, too", () =>
      Effect.gen(function*() {
        const { end, result } = yield* timed(
          Effect.uninterruptible(Generations.await("gen-1", { within: "3 seconds" }))
        )
        assert.strictEqual(end, 3)
        assert.strictEqual(Option.getOrThrow(Either.getLeft(result))._tag, "GenerationNotVisibleError")
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))
  })

  it.effect.each([
    "0123456789abcdef",
    "sk-or-v1-0123456789abcdef"
  ])("shows an id that holds the client's own key nowhere: the key is %s", (key) =>
    Effect.gen(function*() {
      const { spans, tracer } = yield* recordingTracer
      const id = "gen-0123456789abcdef-x"
      for (const call of [Generations.get(id), Generations.await(id), Effect.asVoid(Generations.content(id))]) {
        const error = yield* Effect.flip(Effect.withTracer(Effect.asVoid(call), tracer))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field: "id" })
        assert.notInclude(String(error), "0123456789abcdef")
      }
      assert.isNotEmpty(spans)
      for (const { attributes } of spans) assert.notInclude([...attributes.values()].join(), "0123456789abcdef")
      assert.deepStrictEqual(yield* requests, [])
    }).pipe(Effect.provide(Generations.layer.pipe(
      Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make(key) })),
      Layer.provide(OpenRouterEmulator.layerHttpClient),
      Layer.provideMerge(OpenRouterEmulator.layer)
    ))))

  it.effect("warns once of a record with another id, and returns it", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const { warnings, value } = yield* Effect.gen(function*() {
        const lines: Array<string> = []
        const logger = Logger.map(Logger.logfmtLogger, (line) => lines.push(line))
        yield* emulator.faults(Array.from({ length: 3 }, () => ({ status: 200, body: { data: { id: "gen-2" } } })))
        const fiber = yield* Effect.fork(
          Effect.all([Generations.get("gen-1"), Generations.await("gen-3", { waitForCost: true, within: "1 second" })])
            .pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
        )
        yield* TestClock.adjust("1 minute")
        const value = yield* Fiber.join(fiber)
        return { value, warnings: lines.filter((line) => line.includes("WARN")) }
      })
      assert.deepStrictEqual(value.map(({ id }) => id), ["gen-2", "gen-2"])
      assert.lengthOf(warnings, 2)
      assert.match(warnings[0] ?? "", /gen-1.*gen-2/)
      assert.match(warnings[1] ?? "", /gen-3.*gen-2/)
    }).pipe(Effect.provide(inMemory)))

  it.effect("points to the line that made the call", () =>
    Effect.gen(function*() {
      const generations = yield* Generations
      const calls = {
        get: Generations.get("gen-1"),
        await: Generations.await("gen-1", { within: 0 }),
        content: generations.content("gen-1"),
        submitFeedback: generations.submitFeedback({ generationId: "gen-1", category: "other" })
      }
      for (const [method, call] of Object.entries(calls)) {
        const cause = yield* Effect.flip(Effect.sandbox(Effect.asVoid(call)))
        assert.match(Cause.pretty(cause), new RegExp(`at Generations\\.${method} \\(.*Generations\\.test\\.ts:\\d+`))
      }
      // The call of a stream is not the program's.
      yield* Stream.runDrain(Settlement.stream(["gen-1"]))
    }).pipe(Effect.provide(inMemory)))

  it.effect("accepts null instead of options", () =>
    Effect.gen(function*() {
      const none = null as unknown as undefined
      yield* add({ id: "gen-1" }, { content: {} })
      assert.strictEqual((yield* Generations.get("gen-1", none)).id, "gen-1")
      assert.strictEqual((yield* Generations.await("gen-1", none)).id, "gen-1")
      yield* Generations.content("gen-1", none)
      yield* Generations.submitFeedback({ generationId: "gen-1", category: "other" }, none)
    }).pipe(Effect.provide(inMemory)))

  it.effect("two keys in one program have a client each", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-1" })
      class First extends Context.Tag("First")<First, GenerationsService>() {}
      class Second extends Context.Tag("Second")<Second, GenerationsService>() {}
      const over = (key: string) =>
        Layer.provide(Generations.layer, OpenRouterClient.layer({ apiKey: Redacted.make(key) }))
      const two = Layer.merge(
        Layer.provide(Layer.effect(First, Generations), over("sk-or-v1-first")),
        Layer.provide(Layer.effect(Second, Generations), over("sk-or-v1-second"))
      )
      yield* Effect.gen(function*() {
        yield* (yield* First).get("gen-1")
        yield* (yield* Second).get("gen-1")
      }).pipe(Effect.provide(Layer.provide(two, OpenRouterEmulator.layerHttpClient)))
      assert.deepStrictEqual((yield* emulator.requests).map(({ headers }) => headers["authorization"]), [
        "Bearer sk-or-v1-first",
        "Bearer sk-or-v1-second"
      ])
    }).pipe(Effect.provide(OpenRouterEmulator.layer)))

  it.effect("make is the service itself", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1" })
      const generations = yield* Generations.make
      assert.strictEqual((yield* generations.get("gen-1")).id, "gen-1")
    }).pipe(
      Effect.provide(
        OpenRouterClient.layer({ apiKey }).pipe(
          Layer.provide(OpenRouterEmulator.layerHttpClient),
          Layer.provideMerge(OpenRouterEmulator.layer)
        )
      )
    ))

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
      const { spans, tracer } = yield* recordingTracer
      yield* add({ id: "gen-1" }, { content: {} })
      yield* Effect.all([
        Generations.get("gen-1"),
        Generations.await("gen-1"),
        Generations.content("gen-1"),
        Generations.submitFeedback({ generationId: "gen-1", category: "other" })
      ]).pipe(Effect.withTracer(tracer))
      const ours = spans.filter(({ name }) => name.startsWith("Generations."))
      assert.deepStrictEqual(
        ours.map(({ attributes, name }) => [name, attributes.get("openrouter.generation.id")]),
        ["get", "await", "content", "submitFeedback"].map((method) => [`Generations.${method}`, "gen-1"])
      )
    }).pipe(Effect.provide(inMemory)))
})
