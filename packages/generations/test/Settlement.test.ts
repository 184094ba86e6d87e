import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { ConnectionError, Generation, OpenRouterDefaultError, type OpenRouterError } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Clock, Duration, Effect, Exit, Fiber, Layer, Redacted, Ref, Schema, Stream, TestClock } from "effect"
import { inMemory } from "./harness.js"

const collect = (ids: Iterable<string>, options?: Settlement.StreamOptions) =>
  Effect.map(Stream.runCollect(Settlement.stream(ids, options)), Chunk.toReadonlyArray)

/** Runs an effect to its end, however long it takes by the clock of the test. */
const toEnd = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("1 day")
    return yield* Fiber.join(fiber)
  })

const record = (id: string) => Schema.decodeSync(Generation)({ id })

const failure = (status: number, reason: OpenRouterDefaultError["reason"], retryAfter?: Duration.DurationInput) =>
  new OpenRouterDefaultError({
    status,
    reason,
    message: `${status}`,
    retryAfter: retryAfter === undefined ? null : Duration.decode(retryAfter)
  })

const notFound = failure(404, "NotFound")

/** A service that answers in a way of the test's own. */
const answering = (get: (id: string) => Effect.Effect<Generation, OpenRouterError>) => Layer.mock(Generations, { get })

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

  it.effect("ends with a connection that stays down, after what has been settled", () =>
    Effect.gen(function*() {
      const down = new ConnectionError({ method: "GET", url: "http://localhost", message: "connect ECONNREFUSED" })
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      const error = yield* Settlement.stream(["gen-1", "gen-2", "gen-3"], { concurrency: 1 }).pipe(
        Stream.runForEach(({ id }) => Ref.update(seen, (ids) => [...ids, id])),
        Effect.flip,
        Effect.provide(answering((id) => id === "gen-2" ? Effect.fail(down) : Effect.succeed(record(id))))
      )
      assert.strictEqual(error, down)
      assert.deepStrictEqual(yield* Ref.get(seen), ["gen-1"])
    }))

  it.effect("emits all that has been settled before it ends, however slow the consumer", () =>
    Effect.gen(function*() {
      const ids = Array.from({ length: 12 }, (_, index) => `gen-${index}`)
      const answered: Array<string> = []
      const emitted: Array<string> = []
      const error = yield* toEnd(Effect.flip(
        Stream.runForEach(
          Settlement.stream(ids),
          ({ id }) => Effect.delay(Effect.sync(() => emitted.push(id)), "1 second")
        )
      )).pipe(Effect.provide(answering((id) =>
        Effect.suspend(() => {
          if (id === "gen-11") return Effect.fail(failure(401, "Unauthorized"))
          answered.push(id)
          return Effect.succeed(record(id))
        })
      )))
      assert.deepInclude(error, { reason: "Unauthorized" })
      assert.deepStrictEqual(emitted, answered)
    }))

  it.effect("takes what is both an iterable and a Stream for a Stream", () =>
    Effect.gen(function*() {
      const settled = yield* Stream.runCollect(Settlement.stream(Effect.succeed("gen-1")))
      assert.deepStrictEqual(Array.from(settled, ({ id }) => id), ["gen-1"])
    }).pipe(Effect.provide(inMemory)))

  it.effect.each([
    { field: "concurrency", options: { concurrency: 0 } },
    { field: "concurrency", options: { concurrency: Number.NaN } },
    { field: "maxWaiting", options: { maxWaiting: 1.5 } },
    { field: "maxWaiting", options: { maxWaiting: Number.MAX_SAFE_INTEGER } },
    { field: "within", options: { within: Number.NaN } },
    { field: "within", options: { within: -5 } },
    { field: "within", options: { within: "soon" as "1 second" } },
    { field: "timeout", options: { timeout: 0 } }
  ])("ends with what is wrong about $field", ({ field, options }) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(collect(["gen-1"], options))
      assert.deepInclude(error, { _tag: "InvalidRequestError", field })
    }).pipe(Effect.provide(inMemory)))

  it.effect("takes the ids from a Stream, and fails as it does, after what it gave has been settled", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" })
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      const error = yield* Stream.make("gen-1", "gen-2").pipe(
        Stream.concat(Stream.fail("no more")),
        Settlement.stream,
        Stream.runForEach(({ _tag }) => Ref.update(seen, (tags) => [...tags, _tag])),
        Effect.flip
      )
      assert.strictEqual(error, "no more")
      assert.sameMembers([...yield* Ref.get(seen)], ["Settled", "NotVisible"])
    }).pipe(Effect.provide(inMemory)))

  it.effect("dies of what the service dies of", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(collect(["gen-1"])).pipe(
        Effect.provide(answering(() => Effect.dieMessage("bug")))
      )
      assert.isTrue(Exit.isFailure(exit) && exit.cause._tag === "Die")
    }))

  it.effect("asks for so many at a time, and keeps the order only if it is told to", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const ids = ["gen-1", "gen-2", "gen-3"]
      for (const id of ids) yield* emulator.add({ id })
      const run = (ordered: boolean) =>
        Effect.gen(function*() {
          yield* emulator.faults([{ delay: "3 seconds" }, { delay: "1 second" }])
          return (yield* toEnd(collect(ids, { concurrency: 2, ordered }))).map(({ id }) => id)
        })
      assert.deepStrictEqual(yield* run(true), ids)
      assert.deepStrictEqual(yield* run(false), ["gen-2", "gen-3", "gen-1"])
    }).pipe(Effect.provide(inMemory)))

  describe("waiting", () => {
    it.effect("asks again until a record is visible, without holding up the others", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.add({ id: "gen-1" }, { visibleAfter: "2 seconds" })
        yield* emulator.add({ id: "gen-2" })
        const settled = yield* toEnd(collect(["gen-1", "gen-2"], { concurrency: 1, within: "1 minute" }))
        assert.deepStrictEqual(settled.map(({ _tag, id }) => [_tag, id]), [["Settled", "gen-2"], ["Settled", "gen-1"]])
        // gen-1 after 0, 0.5, 1.25 and 2.375 seconds, and gen-2.
        assert.lengthOf(yield* emulator.requests, 5)
      }).pipe(Effect.provide(inMemory)))

    it.effect("asks a last time at the end of within, and says how often and how long", () =>
      Effect.gen(function*() {
        const [settlement] = yield* toEnd(collect(["gen-1"], { within: "1 second" }))
        assert.deepInclude(settlement, {
          _tag: "NotVisible",
          id: "gen-1",
          attempts: 3,
          elapsed: Duration.seconds(1)
        })
      }).pipe(Effect.provide(inMemory)))

    it.effect("takes no more ids than may wait", () =>
      Effect.gen(function*() {
        let taken = 0
        const ids = Stream.mapEffect(Stream.range(1, 100), (id) =>
          Effect.sync(() => {
            taken++
            return `gen-${id}`
          }))
        const fiber = yield* Effect.fork(
          Stream.runDrain(Settlement.stream(ids, { concurrency: 2, maxWaiting: 10, within: "1 hour" })).pipe(
            Effect.provide(answering(() => Effect.fail(notFound)))
          )
        )
        yield* TestClock.adjust("2 seconds")
        // Twelve are in hand, and one more has been taken in advance.
        assert.strictEqual(taken, 13)
        yield* Fiber.interrupt(fiber)
      }))
  })

  describe("a 429 that says how long to wait", () => {
    const recorded = (instants: Ref.Ref<ReadonlyArray<number>>, retry: RetryPolicy.RetryPolicy) =>
      Generations.layer.pipe(
        Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-0123456789abcdef"), retry })),
        Layer.provide(Layer.effect(
          HttpClient.HttpClient,
          Effect.map(
            HttpClient.HttpClient,
            (client) =>
              HttpClient.tapRequest(
                client,
                () =>
                  Effect.flatMap(Clock.currentTimeMillis, (now) => Ref.update(instants, (all) => [...all, now / 1000]))
              )
          )
        )),
        Layer.provide(OpenRouterEmulator.layerHttpClient)
      )

    it.effect.each([
      { how: "within the retry policy", retry: RetryPolicy.standard, seconds: 30 },
      { how: "beyond the retry policy", retry: RetryPolicy.none, seconds: 30 },
      { how: "for longer than the retry policy lasts", retry: RetryPolicy.standard, seconds: 600 }
    ])("pauses the whole stream, $how", ({ retry, seconds }) =>
      Effect.gen(function*() {
        const instants = yield* Ref.make<ReadonlyArray<number>>([])
        const emulator = yield* OpenRouterEmulator
        const ids = ["gen-1", "gen-2", "gen-3", "gen-4", "gen-5"]
        for (const id of ids) yield* emulator.add({ id })
        // The second is still in flight when the first one is told to wait.
        yield* emulator.faults([
          { status: 429, headers: { "retry-after": String(seconds) }, delay: "1 second" },
          { delay: "2 seconds" }
        ])
        const settled = yield* toEnd(
          Effect.provide(collect(ids, { concurrency: 2 }), recorded(instants, retry))
        )
        assert.isTrue(settled.every(Settlement.is("Settled")))
        const [first, second, ...others] = yield* Ref.get(instants)
        assert.deepStrictEqual([first, second], [0, 0])
        assert.lengthOf(others, 4)
        assert.isTrue(others.every((at) => at >= seconds + 1), others.join())
      }).pipe(Effect.provide(OpenRouterEmulator.layer)))

    it.effect("is that id's failure after four times", () =>
      Effect.gen(function*() {
        let asked = 0
        const limited = failure(429, "TooManyRequests", "1 second")
        const settled = yield* toEnd(collect(["gen-1"])).pipe(Effect.provide(answering(() =>
          Effect.suspend(() => {
            asked++
            return Effect.fail(limited)
          })
        )))
        assert.deepStrictEqual(settled, [Settlement.Failed({ id: "gen-1", error: limited })])
        assert.strictEqual(asked, 4)
      }))

    it.effect("ends the stream if it is more than an hour", () =>
      Effect.gen(function*() {
        const limited = failure(429, "TooManyRequests", "1 day")
        const error = yield* Effect.flip(collect(["gen-1", "gen-2"])).pipe(
          Effect.provide(answering(() => Effect.fail(limited)))
        )
        assert.strictEqual(error, limited)
      }))
  })

  describe("equal ids", () => {
    it.effect.each([true, false])(
      "are asked for once while they are in flight, each emitted (ordered: %s)",
      (ordered) =>
        Effect.gen(function*() {
          const emulator = yield* OpenRouterEmulator
          yield* emulator.add({ id: "gen-1" }, { visibleAfter: "1 second" })
          yield* emulator.add({ id: "gen-2" })
          const settled = yield* toEnd(
            collect(["gen-1", "gen-1", "gen-2", "gen-1"], { concurrency: 1, ordered, within: "1 minute" })
          )
          const expected = ["gen-1", "gen-1", "gen-2", "gen-1"]
          if (ordered) assert.deepStrictEqual(settled.map(({ id }) => id), expected)
          else assert.sameMembers(settled.map(({ id }) => id), expected)
          assert.isTrue(settled.every(Settlement.is("Settled")))
          // gen-1 after 0, 0.5 and 1.25 seconds, and gen-2.
          assert.lengthOf(yield* emulator.requests, 4)
        }).pipe(Effect.provide(inMemory))
    )

    it.effect("are asked for again once they have been settled", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const ids = Stream.concat(
          Stream.make("gen-1"),
          Stream.fromEffect(Effect.delay(Effect.succeed("gen-1"), "1 second"))
        )
        yield* toEnd(Stream.runDrain(Settlement.stream(ids)))
        assert.lengthOf(yield* emulator.requests, 2)
      }).pipe(Effect.provide(inMemory)))
  })

  it.effect("takes ids no faster than their settlements are taken", () =>
    Effect.gen(function*() {
      let taken = 0
      const ids = function*() {
        for (let id = 0; id < 1000; id++) {
          taken++
          yield `gen-${id}`
        }
      }
      const three = yield* Settlement.stream(ids(), { concurrency: 2 }).pipe(
        Stream.mapEffect((settlement) => Effect.as(Effect.sleep("1 second"), settlement)),
        Stream.take(3),
        Stream.runCollect,
        toEnd,
        Effect.provide(answering((id) => Effect.succeed(record(id))))
      )
      assert.lengthOf(Chunk.toReadonlyArray(three), 3)
      assert.isAtMost(taken, 32)
    }))

  it.effect("is interrupted at once, and so is what is in flight", () =>
    Effect.gen(function*() {
      const interrupted = yield* Ref.make(0)
      const fiber = yield* Effect.fork(
        collect(["gen-1", "gen-2", "gen-3"], { concurrency: 2 }).pipe(
          Effect.provide(answering(() => Effect.onInterrupt(Effect.never, () => Ref.update(interrupted, (n) => n + 1))))
        )
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* Ref.get(interrupted), 2)
    }))

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
