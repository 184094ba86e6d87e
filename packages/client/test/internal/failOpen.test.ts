import * as FailOpen from "@effect-openrouter/client/internal/failOpen"
import { logged, withWallClock } from "@effect-openrouter/test-support"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Option, TestClock } from "effect"

const make = Effect.sync(() => FailOpen.make("1 second"))

/** Runs a use that lasts up to a second; returns its result and the milliseconds that it took. */
const timed = <A>(use: Effect.Effect<A>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.timed(use))
    yield* TestClock.adjust("1 second")
    const [elapsed, result] = yield* Fiber.join(fiber)
    return { elapsed: Duration.toMillis(elapsed), result }
  })

describe("failOpen", () => {
  it.effect("returns the result, and None for a failure, with one warning until a use succeeds again", () =>
    Effect.gen(function*() {
      const read = (yield* make)("No store")
      const { messages } = yield* logged(
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* read(Effect.succeed(1)), Option.some(1))
          assert.isTrue(Option.isNone(yield* read(Effect.fail({ cause: new Error("refused") }))))
          assert.isTrue(Option.isNone(yield* read(Effect.fail({ cause: new Error("refused") }))))
          assert.isTrue(Option.isNone(yield* read(Effect.fail("down"))))
          assert.deepStrictEqual(yield* read(Effect.succeed(2)), Option.some(2))
          assert.isTrue(Option.isNone(yield* read(Effect.die(new Error("reset")))))
          assert.isTrue(Option.isNone(yield* read(Effect.interrupt)))
        })
      )
      assert.deepStrictEqual(messages, ["WARN No store: refused", "WARN No store: reset"])
    }))

  it.effect("does not print a secret in the message of the service", () =>
    Effect.gen(function*() {
      const failOpen = yield* make
      const cause = new Error("WRONGPASS for sk-or-v1-0123456789 at redis://user:hunter2@cache:6379")
      const { messages } = yield* logged(Effect.all([
        failOpen("No store")(Effect.fail({ cause })),
        failOpen("No limit")(Effect.die(cause))
      ]))
      const message = "WRONGPASS for <redacted> at redis://<redacted>@cache:6379"
      assert.deepStrictEqual(messages, [`WARN No store: ${message}`, `WARN No limit: ${message}`])
    }))

  it.effect("warns of reads and writes separately", () =>
    Effect.gen(function*() {
      const failOpen = yield* make
      const [read, write] = [failOpen("Cannot read"), failOpen("Cannot write")]
      const { messages } = yield* logged(
        Effect.gen(function*() {
          for (let call = 0; call < 3; call++) {
            yield* read(Effect.succeed(1))
            yield* write(Effect.fail({ cause: new Error("OOM") }))
          }
          yield* write(Effect.void)
          yield* write(Effect.fail({ cause: new Error("READONLY") }))
        })
      )
      assert.deepStrictEqual(messages, ["WARN Cannot write: OOM", "WARN Cannot write: READONLY"])
    }))

  it.effect.each(
    [
      ["an interruptible region", Effect.interruptible],
      ["an uninterruptible region", Effect.uninterruptible]
    ] as const
  )(
    "ends a use after the timeout in %s, and bypasses the service for 5 seconds",
    ([, region]) =>
      Effect.gen(function*() {
        const failOpen = yield* make
        const [read, write] = [failOpen("No reads"), failOpen("No writes")]
        let uses = 0
        const use = Effect.zipRight(Effect.sync(() => uses++), Effect.never)
        const { messages } = yield* logged(
          Effect.gen(function*() {
            const first = yield* timed(region(read(use)))
            const bypassed = [yield* timed(region(read(use))), yield* timed(region(write(use)))]
            yield* TestClock.adjust("5 seconds")
            const last = yield* timed(region(read(use)))
            assert.isTrue(Option.isNone(first.result))
            assert.deepStrictEqual([first, ...bypassed, last].map(({ elapsed }) => elapsed), [1000, 0, 0, 1000])
          })
        )
        assert.strictEqual(uses, 2)
        assert.deepStrictEqual(messages, ["WARN No reads: no response within 1s"])
      })
  )

  it.effect("does not wait for a use that ignores its interruption", () =>
    Effect.gen(function*() {
      const read = (yield* make)("No store")
      const { elapsed, result } = yield* timed(read(Effect.uninterruptible(Effect.never)))
      assert.isTrue(Option.isNone(result))
      assert.strictEqual(elapsed, 1000)
    }))

  it.effect.each([-3_600_000, 3_600_000])(
    "bypasses for 5 seconds if the wall clock moves by %i ms meanwhile",
    (step) =>
      Effect.gen(function*() {
        const read = (yield* make)("No store")
        yield* timed(read(Effect.never))
        const afterStep = <A>(effect: Effect.Effect<A>) => withWallClock(effect, () => step)
        assert.isTrue(Option.isNone(yield* afterStep(read(Effect.succeed(1)))))
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(yield* afterStep(read(Effect.succeed(1))), Option.some(1))
      })
  )

  it.effect("is interrupted at once, and that is not a failure", () =>
    Effect.gen(function*() {
      const read = (yield* make)("No store")
      const { messages } = yield* logged(
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(read(Effect.never))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(fiber)
          assert.strictEqual(yield* Clock.currentTimeMillis, 0)
          assert.deepStrictEqual(yield* read(Effect.succeed(1)), Option.some(1))
        })
      )
      assert.deepStrictEqual(messages, [])
    }))
})
