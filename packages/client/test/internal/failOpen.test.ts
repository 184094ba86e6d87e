import * as BestEffort from "@effect-openrouter/client/internal/failOpen"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Option, TestClock } from "effect"
import { logged } from "../harness.js"

const make = Effect.sync(() => BestEffort.make({ name: "No store", timeout: "1 second" }))

describe("BestEffort", () => {
  it.effect("gives what is there, and None for what fails, with one warning until it works again", () =>
    Effect.gen(function*() {
      const bestEffort = yield* make
      const { messages } = yield* logged(
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* bestEffort(Effect.succeed(1)), Option.some(1))
          assert.isTrue(Option.isNone(yield* bestEffort(Effect.fail({ cause: new Error("refused") }))))
          assert.isTrue(Option.isNone(yield* bestEffort(Effect.fail({ cause: new Error("refused") }))))
          assert.isTrue(Option.isNone(yield* bestEffort(Effect.fail("down"))))
          assert.deepStrictEqual(yield* bestEffort(Effect.succeed(2)), Option.some(2))
          assert.isTrue(Option.isNone(yield* bestEffort(Effect.die(new Error("reset")))))
          assert.isTrue(Option.isNone(yield* bestEffort(Effect.interrupt)))
        })
      )
      assert.deepStrictEqual(messages, ["WARN No store: refused", "WARN No store: reset"])
    }))

  it.effect("waits no longer than it may, also for what cannot be interrupted, and then leaves it alone for a while", () =>
    Effect.gen(function*() {
      const bestEffort = yield* make
      let uses = 0
      const use = Effect.zipRight(Effect.sync(() => uses++), Effect.uninterruptible(Effect.never))
      const elapsed = Effect.gen(function*() {
        const fiber = yield* Effect.fork(Effect.zip(bestEffort(use), Clock.currentTimeMillis))
        const started = yield* Clock.currentTimeMillis
        yield* TestClock.adjust("1 second")
        const [result, ended] = yield* Fiber.join(fiber)
        assert.isTrue(Option.isNone(result))
        return ended - started
      })
      const { messages, result } = yield* logged(
        Effect.gen(function*() {
          const first = yield* elapsed
          const resting = yield* elapsed
          yield* TestClock.adjust("5 seconds")
          return [first, resting, yield* elapsed]
        })
      )
      assert.deepStrictEqual(result, [1000, 0, 1000])
      assert.strictEqual(uses, 2)
      assert.deepStrictEqual(messages, ["WARN No store: no answer within 1s"])
    }))

  it.effect("is interrupted at once, and that is no failure", () =>
    Effect.gen(function*() {
      const bestEffort = yield* make
      const { messages } = yield* logged(
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(bestEffort(Effect.never))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(fiber)
          assert.deepStrictEqual(yield* bestEffort(Effect.succeed(1)), Option.some(1))
        })
      )
      assert.deepStrictEqual(messages, [])
    }))
})
