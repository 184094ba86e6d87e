import { assert, describe, it } from "@effect/vitest"
import { Context, Data, Deferred, Effect, Exit, FastCheck, Fiber, Runtime, TestClock } from "effect"
import { makeInFlight } from "../../src/internal/inFlight.js"

/** An effect that counts its runs and its interruptions, and lasts until the test ends it. */
const makeRequest = Effect.gen(function*() {
  const end = yield* Deferred.make<number, string>()
  const counts = { runs: 0, interruptions: 0 }
  const request = Effect.suspend(() => {
    counts.runs++
    return Effect.onInterrupt(Deferred.await(end), () => Effect.sync(() => counts.interruptions++))
  })
  return { counts, end, request }
})

/** Lets the other fibers run until they wait. */
const settle = Effect.repeatN(Effect.yieldNow(), 3)

describe("inFlight", () => {
  it.effect("runs an effect once for callers that start in one tick", () =>
    Effect.gen(function*() {
      const inFlight = makeInFlight<string, number, string>()
      const { counts, end, request } = yield* makeRequest
      const runtime = yield* Effect.runtime()
      const fibers = Array.from({ length: 5 }, () => Runtime.runFork(runtime)(inFlight("a", request)))
      yield* Deferred.succeed(end, 1)
      assert.deepStrictEqual(yield* Fiber.join(Fiber.all(fibers)), [1, 1, 1, 1, 1])
      assert.strictEqual(counts.runs, 1)
    }))

  it.effect("gives all callers the same failure or defect, and runs again after it", () =>
    Effect.gen(function*() {
      const inFlight = makeInFlight<string, number, string>()
      const { counts, end, request } = yield* makeRequest
      const fiber = yield* Effect.fork(
        Effect.forEach([1, 2], () => Effect.exit(inFlight("a", request)), { concurrency: "unbounded" })
      )
      yield* Effect.yieldNow()
      yield* Deferred.fail(end, "down")
      assert.deepStrictEqual(yield* Fiber.join(fiber), [Exit.fail("down"), Exit.fail("down")])
      assert.deepStrictEqual(yield* Effect.exit(inFlight("a", Effect.die("broken"))), Exit.die("broken"))
      assert.strictEqual(yield* inFlight("a", Effect.succeed(2)), 2)
      assert.strictEqual(counts.runs, 1)
    }))

  it.effect("keeps different keys apart, and compares keys by value", () =>
    Effect.gen(function*() {
      const inFlight = makeInFlight<unknown, number, string>()
      const { counts, end, request } = yield* makeRequest
      const keys = [Data.tuple("a", 1), Data.tuple("a", 2), Data.tuple("a", 1)]
      const fiber = yield* Effect.fork(
        Effect.forEach(keys, (key) => inFlight(key, request), { concurrency: "unbounded" })
      )
      yield* Effect.yieldNow()
      yield* Deferred.succeed(end, 1)
      yield* Fiber.join(fiber)
      assert.strictEqual(counts.runs, 2)
    }))

  it.effect("interrupts the effect with its last caller, not with the first", () =>
    Effect.gen(function*() {
      const inFlight = makeInFlight<string, number, string>()
      const { counts, request } = yield* makeRequest
      const fork = Effect.zipLeft(Effect.fork(inFlight("a", request)), Effect.yieldNow())
      const [first, second] = [yield* fork, yield* fork]
      yield* Fiber.interrupt(first)
      const third = yield* fork
      yield* Fiber.interrupt(second)
      assert.deepStrictEqual(counts, { runs: 1, interruptions: 0 })
      yield* Fiber.interrupt(third)
      assert.deepStrictEqual(counts, { runs: 1, interruptions: 1 })
    }))

  it.effect("starts a new run for a call that comes while the last caller is being interrupted", () =>
    Effect.gen(function*() {
      const inFlight = makeInFlight<string, number, string>()
      const interrupted = yield* Deferred.make<void>()
      const slowToEnd = Effect.onInterrupt(
        Effect.never,
        () => Effect.zipRight(Deferred.succeed(interrupted, undefined), Effect.sleep("1 second"))
      )
      const first = yield* Effect.fork(inFlight("a", slowToEnd))
      yield* Effect.yieldNow()
      const interruption = yield* Effect.fork(Fiber.interrupt(first))
      yield* Deferred.await(interrupted)
      assert.strictEqual(yield* inFlight("a", Effect.succeed(2)), 2)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(interruption)
    }))

  it.effect("runs the effect with the context and the clock of its first caller", () =>
    Effect.gen(function*() {
      const clock = Object.create(yield* Effect.clock)
      class Tenant extends Context.Reference<Tenant>()("Tenant", { defaultValue: () => "none" }) {}
      const inFlight = makeInFlight<string, readonly [unknown, string], never>()
      const [seenClock, tenant] = yield* inFlight("a", Effect.all([Effect.clock, Tenant])).pipe(
        Effect.withClock(clock),
        Effect.provideService(Tenant, "a")
      )
      assert.strictEqual(seenClock, clock)
      assert.strictEqual(tenant, "a")
    }))

  it.effect("leaves the effect interruptible in an uninterruptible region, so that its timeout ends it", () =>
    Effect.gen(function*() {
      const inFlight = makeInFlight<string, number, string>()
      const call = inFlight("a", Effect.timeoutFail(Effect.never, { duration: "1 second", onTimeout: () => "late" }))
      const fiber = yield* Effect.fork(Effect.uninterruptible(Effect.flip(call)))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* Fiber.join(fiber), "late")
    }))

  const step = FastCheck.oneof(
    FastCheck.constant("call" as const),
    FastCheck.constant("succeed" as const),
    FastCheck.record({ interrupt: FastCheck.nat(5) })
  )

  it.effect.prop(
    "runs one effect while anybody waits for it, for any order of calls, interruptions and results",
    [FastCheck.array(step, { maxLength: 20 })],
    ([steps]) =>
      Effect.gen(function*() {
        const inFlight = makeInFlight<string, number, never>()
        let result = yield* Deferred.make<number>()
        let runs = 0
        let running = 0
        const request = Effect.suspend(() => {
          running++
          runs++
          return Effect.ensuring(Deferred.await(result), Effect.sync(() => running--))
        })
        let waiting: Array<Fiber.RuntimeFiber<number>> = []
        let expectedRuns = 0
        for (const step of steps) {
          if (step === "call") {
            if (waiting.length === 0) expectedRuns++
            waiting.push(yield* Effect.fork(inFlight("a", request)))
            yield* settle
          } else if (step === "succeed") {
            yield* Deferred.succeed(result, expectedRuns)
            assert.deepStrictEqual(yield* Fiber.join(Fiber.all(waiting)), waiting.map(() => expectedRuns))
            waiting = []
            result = yield* Deferred.make<number>()
          } else {
            const [fiber] = waiting.splice(step.interrupt % Math.max(waiting.length, 1), 1)
            if (fiber !== undefined) yield* Fiber.interrupt(fiber)
          }
          assert.strictEqual(running, waiting.length === 0 ? 0 : 1)
          assert.strictEqual(runs, expectedRuns)
        }
        yield* Fiber.interruptAll(waiting)
        assert.strictEqual(running, 0)
      }),
    { fastCheck: { numRuns: 30 } }
  )
})
