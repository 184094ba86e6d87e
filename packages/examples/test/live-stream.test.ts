import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import type { Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Queue, Stream, TestClock } from "effect"
import { Ledger, Settling } from "../src/live-stream.js"
import { emulated } from "./harness.js"

const chunks = (id: string) => Stream.make({ id, choices: [{ delta: { content: "Hel" } }] }, { id, choices: [] })

describe("a live stream", () => {
  it.effect("is passed on, and settled in the background when it ends, breaks off, or is cancelled", () =>
    Effect.gen(function*() {
      const written = yield* Queue.unbounded<Settlement.Settlement>()
      yield* Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const settling = yield* Settling
        for (const id of ["gen-1", "gen-2", "gen-3"]) {
          yield* emulator.add({ id, totalCost: 0.0015 }, { visibleAfter: "2 seconds" })
        }
        const received = yield* Stream.runCount(settling.watch(chunks("gen-1")))
        assert.strictEqual(received, 2)
        const broken = Stream.concat(chunks("gen-2"), Stream.fail("the connection broke"))
        assert.strictEqual(yield* Effect.flip(Stream.runDrain(settling.watch(broken))), "the connection broke")
        yield* Stream.runDrain(Stream.take(settling.watch(Stream.forever(chunks("gen-3"))), 1))
        assert.strictEqual(yield* Queue.size(written), 0)

        yield* TestClock.adjust("5 seconds")
        const settled = yield* Queue.takeAll(written)
        assert.sameMembers(Array.from(settled, ({ _tag, id }) => `${id} ${_tag}`), [
          "gen-1 Settled",
          "gen-2 Settled",
          "gen-3 Settled"
        ])
      }).pipe(
        Effect.provide(Settling.layer.pipe(
          Layer.provide(Layer.succeed(Ledger, { write: (settlement) => Queue.offer(written, settlement) })),
          Layer.provideMerge(emulated)
        ))
      )
    }))
})
