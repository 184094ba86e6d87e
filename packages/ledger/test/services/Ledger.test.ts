import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Ledger } from "@effect-openrouter/ledger"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { emulated, ledger, libsql, postgres, worker } from "../harness.js"

describe.each([["libsql", libsql], ["postgres", postgres]] as const)("Ledger on %s", (_, database) => {
  it.live("settles", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      for (let i = 0; i < 50; i++) {
        yield* emulator.add({ id: `gen-${i}`, totalCost: 0.1, model: i % 2 ? "a" : "b" }, {
          visibleAfter: i % 3 === 0 ? "1 second" : 0
        })
      }
      assert.deepStrictEqual(
        yield* Ledger.settle(Array.from({ length: 51 }, (_, i) => `gen-${i}`), { tags: { t: "1" } }),
        { added: 51 }
      )
      yield* Effect.sleep("4 seconds")
      const counts = yield* Ledger.counts
      assert.strictEqual(counts.settled, 50)
      const changes = yield* Stream.runCollect(Ledger.changes({ follow: false }))
      assert.strictEqual(changes.length, 50)
      assert.strictEqual((yield* Ledger.summarize("model")).length, 2)
      assert.strictEqual((yield* Ledger.summarize({ tag: "t" })).length, 1)
      assert.strictEqual((yield* Stream.runCollect(Ledger.entries({ tags: { t: "1" }, state: "settled" }))).length, 50)
    }).pipe(
      Effect.provide(
        worker().pipe(Layer.provideMerge(ledger()), Layer.provideMerge(database), Layer.provideMerge(emulated))
      )
    ))
})
