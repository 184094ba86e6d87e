import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Fiber, Stream, TestClock } from "effect"
import { inMemory } from "./harness.js"

const collect = (ids: Iterable<string>, options?: Settlement.StreamOptions) =>
  Effect.map(Stream.runCollect(Settlement.stream(ids, options)), Chunk.toReadonlyArray)

describe("Settlement.stream", () => {
  it.effect("settles each id: its record, not visible, or a failure of its own", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ delay: 0 }, { delay: 0 }, { status: 403 }])
      const [settled, notVisible, failed, refused] = yield* collect(["gen-1", "gen-2", "gen-3", ""], {
        concurrency: 1,
        ordered: true
      })
      assert.isTrue(settled !== undefined && Settlement.is("Settled")(settled))
      assert.deepInclude(settled, { id: "gen-1" })
      assert.deepInclude(notVisible, { _tag: "NotVisible", id: "gen-2", attempts: 1, elapsed: Duration.zero })
      assert.isTrue(failed?._tag === "Failed" && failed.error._tag === "OpenRouterDefaultError")
      assert.isTrue(refused?._tag === "Failed" && refused.error._tag === "InvalidRequestError")
    }).pipe(Effect.provide(inMemory)))

  it.effect.each([401, 402])("ends with a %d, which every id would meet", (status) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status }])
      assert.deepInclude(yield* Effect.flip(collect(["gen-1", "gen-2"], { concurrency: 1 })), { status })
      assert.lengthOf(yield* emulator.requests, 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("asks for so many at a time, and keeps the order only if it is told to", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const ids = ["gen-1", "gen-2", "gen-3"]
      for (const id of ids) yield* emulator.add({ id })
      const run = (ordered: boolean) =>
        Effect.gen(function*() {
          yield* emulator.faults([{ delay: "3 seconds" }, { delay: "1 second" }])
          const fiber = yield* Effect.fork(collect(ids, { concurrency: 2, ordered }))
          yield* TestClock.adjust("10 seconds")
          return (yield* Fiber.join(fiber)).map(({ id }) => id)
        })
      assert.deepStrictEqual(yield* run(true), ids)
      assert.deepStrictEqual(yield* run(false), ["gen-2", "gen-3", "gen-1"])
    }).pipe(Effect.provide(inMemory)))

  it("is matched by what it is", () => {
    const name = Settlement.match({
      Settled: () => "settled",
      NotVisible: ({ id }) => `${id} is pending`,
      Failed: () => "failed"
    })
    assert.strictEqual(
      name(Settlement.NotVisible({ id: "gen-1", attempts: 1, elapsed: Duration.zero })),
      "gen-1 is pending"
    )
  })
})
