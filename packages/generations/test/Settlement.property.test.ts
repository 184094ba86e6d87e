// Nothing is lost and nothing is emitted twice, whatever the server responds, and whenever the stream ends.
import { ConnectionError, Generation, OpenRouterDefaultError, type OpenRouterError } from "@effect-openrouter/core"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { type Clock, Duration, Effect, Exit, FastCheck, Layer, Schema, Stream } from "effect"

const outcome = FastCheck.constantFrom<"record" | "reset" | OpenRouterDefaultError["reason"]>(
  "record",
  "reset",
  "NotFound",
  "TooManyRequests",
  "Forbidden",
  "InternalServerError"
)

const statuses: Partial<Record<OpenRouterDefaultError["reason"], number>> = {
  NotFound: 404,
  TooManyRequests: 429,
  Forbidden: 403
}

const schedule = FastCheck.record({
  ids: FastCheck.array(FastCheck.constantFrom("a", "b", "c", "d", "e", "f", "g"), { maxLength: 24 }),
  /** The outcomes of the requests for each id, in turn; the last one repeats. */
  outcomes: FastCheck.dictionary(
    FastCheck.constantFrom("a", "b", "c", "d", "e", "f", "g"),
    FastCheck.array(FastCheck.record({ outcome, yields: FastCheck.nat(5) }), { minLength: 1, maxLength: 6 })
  ),
  concurrency: FastCheck.integer({ min: 1, max: 4 }),
  maxWaiting: FastCheck.nat(3),
  ordered: FastCheck.boolean(),
  within: FastCheck.constantFrom(0, 1000, 5000),
  waitForCost: FastCheck.boolean()
})

const yieldTimes = (times: number) => Effect.repeatN(Effect.yieldNow(), times)

/** A clock whose time passes while something sleeps: every turn of a sleeper is 50 milliseconds. */
const hastyClock = Effect.map(Effect.clock, (clock): Clock.Clock => {
  let now = 0
  const sleepUntil = (end: number): Effect.Effect<void> =>
    now >= end ? Effect.void : Effect.flatMap(Effect.yieldNow(), () => {
      now += 50
      return sleepUntil(end)
    })
  return Object.assign(Object.create(clock), {
    currentTimeMillis: Effect.sync(() => now),
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(now) * 1_000_000n,
    sleep: (duration: Duration.Duration) => Effect.suspend(() => sleepUntil(now + Duration.toMillis(duration)))
  })
})

type Schedule = typeof schedule extends FastCheck.Arbitrary<infer A> ? A : never

/** A service that follows the schedule and counts its requests. */
const watched = ({ outcomes }: Schedule) => {
  const asked = new Map<string, number>()
  const inFlight = new Map<string, number>()
  let most = 0
  let mostOfOne = 0
  const get = (id: string): Effect.Effect<Generation, OpenRouterError> =>
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
        Effect.flatMap(yieldTimes(yields), (): Effect.Effect<Generation, OpenRouterError> =>
          outcome === "record"
            ? Effect.succeed(Schema.decodeSync(Generation)({ id, total_cost: turnCost(asked.get(id)) }))
            : outcome === "reset"
            ? Effect.fail(new ConnectionError({ method: "GET", url: "http://localhost", message: "reset" }))
            : Effect.fail(
              new OpenRouterDefaultError({
                status: statuses[outcome] ?? 500,
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

/** The cost is known from the second request on. */
const turnCost = (asked: number | undefined) => asked === undefined || asked < 2 ? null : 0.25

const getIds = (settlements: Iterable<Settlement.Settlement>) => Array.from(settlements, ({ id }) => id)

describe("Settlement.stream", () => {
  it.effect.prop(
    "accounts for every id once, unless a failure of every id ends it",
    [schedule],
    ([schedule]) =>
      Effect.gen(function*() {
        const { layer, seen } = watched(schedule)
        const { ids, outcomes, ...options } = schedule
        const settlements: Array<Settlement.Settlement> = []
        const exit = yield* Settlement.stream(ids, { ...options, maxOutage: "10 seconds" }).pipe(
          Stream.runForEach((settlement) => Effect.sync(() => settlements.push(settlement))),
          Effect.provide(layer),
          Effect.withClock(yield* hastyClock),
          Effect.exit
        )
        const emitted = getIds(settlements)
        if (options.ordered) assert.deepStrictEqual(emitted, ids.slice(0, emitted.length))
        const left: Array<string> = [...ids]
        for (const id of emitted) assert.lengthOf(left.splice(left.indexOf(id), left.includes(id) ? 1 : 0), 1)

        const has = (id: string, ...wanted: ReadonlyArray<string>) =>
          (outcomes[id] ?? [{ outcome: "record" }]).some(({ outcome }) => wanted.includes(outcome))
        if (Exit.isSuccess(exit)) assert.deepStrictEqual(left, [])
        else {
          // An outage, or the same refusal of five ids.
          assert.isTrue(
            left.some((id) => has(id, "InternalServerError", "reset")) ||
              new Set(left.filter((id) => has(id, "Forbidden", "TooManyRequests"))).size >= 5,
            String(exit)
          )
        }
        for (const settlement of settlements) {
          Settlement.match(settlement, {
            Settled: ({ generation, id }) => {
              assert.strictEqual(generation.id, id)
              assert.isTrue(has(id, "record"))
            },
            // A request in flight at the end of the time is interrupted.
            NotVisible: ({ id }) => assert.isTrue(has(id, "NotFound") || options.within > 0),
            Failed: ({ id }) => assert.isTrue(has(id, "TooManyRequests", "Forbidden", "InternalServerError", "reset"))
          })
        }

        assert.isAtMost(seen().most, options.concurrency)
        assert.isAtMost(seen().mostOfOne, 1)
        assert.strictEqual(seen().left, 0)
      }),
    { fastCheck: { numRuns: 60 } }
  )

  it.effect.prop("leaves nothing behind and emits nothing twice if it ends early", [schedule, FastCheck.nat(12)], (
    [schedule, count]
  ) =>
    Effect.gen(function*() {
      const { layer, seen } = watched(schedule)
      const { ids, outcomes: _, ...options } = schedule
      const taken = getIds(
        yield* Settlement.stream(ids, { ...options, maxOutage: "10 seconds" }).pipe(
          Stream.catchAll(() => Stream.empty),
          Stream.take(count),
          Stream.runCollect,
          Effect.provide(layer),
          Effect.withClock(yield* hastyClock)
        )
      )
      assert.isAtMost(taken.length, Math.min(count, ids.length))
      if (options.ordered) assert.deepStrictEqual(taken, ids.slice(0, taken.length))
      const left: Array<string> = [...ids]
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
        yield* Stream.runDrain(Settlement.stream(ids, { ...options, maxOutage: "10 seconds" })).pipe(
          Effect.provide(layer),
          Effect.withClock(yield* hastyClock),
          Effect.raceFirst(Effect.zipRight(yieldTimes(yields), Effect.interrupt)),
          Effect.exit
        )
        assert.strictEqual(seen().left, 0)
      }),
    { fastCheck: { numRuns: 40 } }
  )
})
