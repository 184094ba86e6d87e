// Nothing lost and nothing emitted twice, whatever becomes of the ids, and whenever the stream is left.
import { Generation, OpenRouterDefaultError } from "@effect-openrouter/core"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import type { Clock } from "effect"
import { Chunk, Duration, Effect, Exit, FastCheck, Layer, Schema, Stream } from "effect"

const outcome = FastCheck.constantFrom<"record" | OpenRouterDefaultError["reason"]>(
  "record",
  "NotFound",
  "TooManyRequests",
  "Forbidden",
  "InternalServerError"
)

const schedule = FastCheck.record({
  ids: FastCheck.array(FastCheck.constantFrom("a", "b", "c", "d", "e", "f", "g"), { maxLength: 24 }),
  /** What each ask for an id meets, in turn; the last for good. */
  outcomes: FastCheck.dictionary(
    FastCheck.constantFrom("a", "b", "c", "d", "e", "f", "g"),
    FastCheck.array(FastCheck.record({ outcome, yields: FastCheck.nat(5) }), { minLength: 1, maxLength: 6 })
  ),
  concurrency: FastCheck.integer({ min: 1, max: 4 }),
  maxWaiting: FastCheck.nat(3),
  ordered: FastCheck.boolean(),
  within: FastCheck.constantFrom(0, 1000, 5000)
})

const yieldTimes = (times: number) => Effect.repeatN(Effect.yieldNow(), times)

/** Time passes where it is slept: every turn of a sleeper is 50 milliseconds. */
const hastyClock = Effect.map(Effect.clock, (clock): Clock.Clock => {
  let now = 0
  return {
    ...clock,
    currentTimeMillis: Effect.sync(() => now),
    unsafeCurrentTimeMillis: () => now,
    currentTimeNanos: Effect.sync(() => BigInt(now) * 1_000_000n),
    unsafeCurrentTimeNanos: () => BigInt(now) * 1_000_000n,
    sleep: (duration) =>
      Effect.suspend(() => {
        const end = now + Duration.toMillis(duration)
        return Effect.asVoid(Effect.iterate(now, {
          while: () => now < end,
          body: () => Effect.map(Effect.yieldNow(), () => now += 50)
        }))
      })
  }
})

type Schedule = typeof schedule extends FastCheck.Arbitrary<infer A> ? A : never

/** A service that follows the schedule and watches how it is asked. */
const watched = ({ outcomes }: Schedule) => {
  const asked = new Map<string, number>()
  const inFlight = new Map<string, number>()
  let most = 0
  let mostOfOne = 0
  const get = (id: string) =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        inFlight.set(id, (inFlight.get(id) ?? 0) + 1)
        mostOfOne = Math.max(mostOfOne, inFlight.get(id) ?? 0)
        most = Math.max(most, [...inFlight.values()].reduce((sum, count) => sum + count, 0))
        const turn = asked.get(id) ?? 0
        asked.set(id, turn + 1)
        const turns = outcomes[id] ?? []
        return turns[Math.min(turn, turns.length - 1)] ?? { outcome: "record" as const, yields: 0 }
      }),
      ({ outcome, yields }) =>
        Effect.flatMap(yieldTimes(yields), () =>
          outcome === "record"
            ? Effect.succeed(Schema.decodeSync(Generation)({ id }))
            : Effect.fail(
              new OpenRouterDefaultError({
                status: 500,
                reason: outcome,
                message: outcome,
                retryAfter: outcome === "TooManyRequests" ? Duration.millis(200) : null
              })
            )),
      () => Effect.sync(() => inFlight.set(id, (inFlight.get(id) ?? 0) - 1))
    )
  return {
    layer: Layer.mock(Generations, { get }),
    seen: () => ({ most, mostOfOne, left: [...inFlight.values()].filter((count) => count > 0).length })
  }
}

const idsOf = (settlements: Iterable<Settlement.Settlement>) => Array.from(settlements, ({ id }) => id)

describe("Settlement.stream", () => {
  it.effect.prop("accounts for every id once", [schedule], ([schedule]) =>
    Effect.gen(function*() {
      const { layer, seen } = watched(schedule)
      const { ids, outcomes, ...options } = schedule
      const settlements = Chunk.toReadonlyArray(
        yield* Stream.runCollect(Settlement.stream(ids, options)).pipe(
          Effect.provide(layer),
          Effect.withClock(yield* hastyClock)
        )
      )
      if (options.ordered) assert.deepStrictEqual(idsOf(settlements), ids)
      else assert.deepStrictEqual(idsOf(settlements).toSorted(), ids.toSorted())

      const met = (id: string, ...wanted: ReadonlyArray<string>) =>
        (outcomes[id] ?? [{ outcome: "record" }]).some(({ outcome }) => wanted.includes(outcome))
      for (const settlement of settlements) {
        Settlement.match(settlement, {
          Settled: ({ generation, id }) => {
            assert.strictEqual(generation.id, id)
            assert.isTrue(met(id, "record"))
          },
          NotVisible: ({ id }) => assert.isTrue(met(id, "NotFound")),
          Failed: ({ id }) => assert.isTrue(met(id, "TooManyRequests", "Forbidden", "InternalServerError"))
        })
      }

      assert.isAtMost(seen().most, options.concurrency)
      assert.isAtMost(seen().mostOfOne, 1)
      assert.strictEqual(seen().left, 0)
    }), { fastCheck: { numRuns: 40 } })

  it.effect.prop("leaves nothing behind and emits nothing twice when it is left", [schedule, FastCheck.nat(12)], (
    [schedule, count]
  ) =>
    Effect.gen(function*() {
      const { layer, seen } = watched(schedule)
      const { ids, outcomes: _, ...options } = schedule
      const taken = idsOf(
        yield* Settlement.stream(ids, options).pipe(
          Stream.take(count),
          Stream.runCollect,
          Effect.provide(layer),
          Effect.withClock(yield* hastyClock)
        )
      )
      assert.lengthOf(taken, Math.min(count, ids.length))
      if (options.ordered) assert.deepStrictEqual(taken, ids.slice(0, count))
      const left = [...ids]
      for (const id of taken) assert.lengthOf(left.splice(left.indexOf(id), left.includes(id) ? 1 : 0), 1)
      assert.strictEqual(seen().left, 0)
    }), { fastCheck: { numRuns: 40 } })

  it.effect.prop(
    "leaves nothing in flight when it is interrupted",
    [schedule, FastCheck.nat(60)],
    ([schedule, yields]) =>
      Effect.gen(function*() {
        const { layer, seen } = watched(schedule)
        const { ids, outcomes: _, ...options } = schedule
        const exit = yield* Stream.runDrain(Settlement.stream(ids, options)).pipe(
          Effect.provide(layer),
          Effect.withClock(yield* hastyClock),
          Effect.raceFirst(Effect.zipRight(yieldTimes(yields), Effect.interrupt)),
          Effect.exit
        )
        assert.isTrue(Exit.isSuccess(exit) || Exit.isInterrupted(exit))
        assert.strictEqual(seen().left, 0)
      }),
    { fastCheck: { numRuns: 40 } }
  )
})
