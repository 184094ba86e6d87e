import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations, GenerationsMetrics, type GenerationsService, Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Metric, Ref, Stream, TestClock } from "effect"
import { add, inMemory, record } from "./harness.js"

const measured = Layer.provideMerge(GenerationsMetrics.layer, inMemory)

/** The metrics are global: a test looks at what an effect adds to them. */
const count = (metric: Metric.Metric.Counter<number>) => Effect.map(Metric.value(metric), ({ count }) => count)

const added = <A, E, R>(metric: Metric.Metric.Counter<number>, effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const before = yield* count(metric)
    yield* effect
    return (yield* count(metric)) - before
  })

const withStatus = (status: string) => Metric.tagged(GenerationsMetrics.requests, "status", status)

/**
 * Runs an effect to its end by the clock of the test. The clock moves in small steps, because a response in memory takes some
 * turns of the event loop, and a large step would end the call's deadline meanwhile.
 */
const toEnd = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const ended = yield* Ref.make(false)
    const fiber = yield* Effect.fork(Effect.ensuring(Effect.exit(effect), Ref.set(ended, true)))
    yield* Effect.repeat(Effect.zipRight(TestClock.adjust("200 millis"), Ref.get(ended)), { until: (isOver) => isOver })
    return yield* Fiber.join(fiber)
  })

describe("GenerationsMetrics", () => {
  it.effect("requests counts those that within, a timeout or an interruption ended", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const hang = (times: number) => emulator.faults(Array.from({ length: times }, () => ({ delay: "1 hour" })))
      yield* hang(1)
      const ended = yield* added(withStatus("Interrupted"), toEnd(Generations.await("gen-1", { within: "3 seconds" })))
      assert.strictEqual(ended, 1)
      yield* emulator.reset
      yield* hang(1)
      const interrupted = Effect.gen(function*() {
        const fiber = yield* Effect.fork(Generations.get("gen-1"))
        yield* TestClock.adjust("1 second")
        yield* Fiber.interrupt(fiber)
      })
      assert.strictEqual(yield* added(withStatus("Interrupted"), interrupted), 1)
      yield* emulator.reset
      yield* hang(4)
      assert.strictEqual(yield* added(withStatus("RequestTimeoutError"), toEnd(Generations.get("gen-1"))), 4)
    }).pipe(Effect.provide(measured)))

  it.effect("requests does not count one that was not sent", () =>
    Effect.gen(function*() {
      for (const status of ["Interrupted", "InvalidRequestError"]) {
        const call = toEnd(Generations.get("gen-sk-0123456789abcdef"))
        assert.strictEqual(yield* added(withStatus(status), call), 0)
      }
    }).pipe(Effect.provide(measured)))

  it.effect("retries counts those of a stream after a 429, and no 404", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-1" }, { visibleAfter: "10 seconds" })
      yield* emulator.faults([{ status: 429, headers: { "retry-after": "2" } }, { status: 503 }])
      const sweep = toEnd(Stream.runDrain(Settlement.stream(["gen-1"], { within: "1 minute" })))
      assert.strictEqual(yield* added(GenerationsMetrics.retries, sweep), 2)
      assert.isAbove((yield* emulator.requests).length, 4)
    }).pipe(Effect.provide(measured)))

  it.effect("cost counts a refund, and a record once", () =>
    Effect.gen(function*() {
      const cost = Metric.tagged(GenerationsMetrics.cost, "model", "test/model")
      const calls = Effect.forEach(["a", "a", "b", "c"], (id) => Generations.get(id))
      assert.strictEqual(yield* added(cost, calls), 0.5 - 0.125)
    }).pipe(Effect.provide(Layer.provide(
      GenerationsMetrics.layer,
      Layer.mock(Generations, {
        get: (id) =>
          Effect.succeed(
            id === "c"
              ? record({ id, model: "test/model", total_cost: -0.125 })
              // Two ids, one record.
              : record({ id: "a", model: "test/model", total_cost: 0.5 })
          )
      })
    ))))

  it.effect("is a service of its own in each place", () =>
    Effect.gen(function*() {
      class First extends Context.Tag("First")<First, GenerationsService>() {}
      class Second extends Context.Tag("Second")<Second, GenerationsService>() {}
      const over = (get: GenerationsService["get"]) =>
        Layer.provide(GenerationsMetrics.layer, Layer.mock(Generations, { get }))
      const fail = () => Effect.dieMessage("the other one")
      const two = Layer.merge(
        Layer.provide(Layer.effect(First, Generations), over((id) => Effect.succeed(record({ id })))),
        Layer.provide(Layer.effect(Second, Generations), over(fail))
      )
      const first = yield* Effect.provide(First, two)
      assert.strictEqual((yield* first.get("gen-1")).id, "gen-1")
    }))
})
