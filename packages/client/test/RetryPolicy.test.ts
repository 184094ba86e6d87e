import { RetryPolicy } from "@effect-openrouter/client"
import { type Fault, OpenRouterEmulator } from "@effect-openrouter/emulator"
import { recordingTracer, withWallClock } from "@effect-openrouter/test-support"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Logger, LogLevel, Schedule } from "effect"
import { client, get, post, timed } from "./harness.js"

/** Runs a call against these faults. Returns the instants of its requests and its result. */
const run = (faults: ReadonlyArray<Fault>, call = get()) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    yield* emulator.faults(faults)
    return yield* timed(call)
  })

const times = <A>(count: number, value: A): ReadonlyArray<A> => Array.from({ length: count }, () => value)

const outcome = (result: Either.Either<unknown, { readonly _tag: string }>) =>
  Either.match(result, { onLeft: ({ _tag }) => _tag, onRight: () => "succeeded" })

describe("RetryPolicy", () => {
  describe("standard", () => {
    it.effect.each([408, 429, 500, 502, 503, 504, 524, 529])(
      "retries a %d, at 0.5, 1.25 and 2.375 s",
      (status) =>
        Effect.gen(function*() {
          const { instants, result } = yield* run(times(3, { status }))
          assert.deepStrictEqual(instants, [0, 500, 1250, 2375])
          assert.strictEqual(outcome(result), "succeeded")
        }).pipe(Effect.provide(client()))
    )

    it.effect("gives up after 3 retries, with the last error", () =>
      Effect.gen(function*() {
        const { instants, result } = yield* run([{ status: 503 }, { status: 502 }, { status: 500 }, {
          status: 529,
          body: { error: { code: 529, message: "the last one" } }
        }])
        assert.deepStrictEqual(instants, [0, 500, 1250, 2375])
        assert.deepInclude(Either.getLeft(result).pipe((_) => _._tag === "Some" ? _.value : {}), {
          status: 529,
          message: "the last one"
        })
      }).pipe(Effect.provide(client())))

    it.effect.each([400, 401, 402, 403, 404, 409, 422, 501])(
      "does not retry a %d",
      (status) =>
        Effect.gen(function*() {
          const { instants } = yield* run([{ status }])
          assert.deepStrictEqual(instants, [0])
        }).pipe(Effect.provide(client()))
    )

    it.effect.each(["<html>", "", "\n\n \n", `{"data":{"id":"gen`])(
      "retries a 2XX that is not JSON: %j",
      (body) =>
        Effect.gen(function*() {
          const { instants, result } = yield* run(times(3, { status: 200, body }))
          assert.deepStrictEqual(instants, [0, 500, 1250, 2375])
          assert.strictEqual(outcome(result), "succeeded")
        }).pipe(Effect.provide(client()))
    )

    it.effect.each([`{"data":7}`, "[]", "{}", `"text"`, "x".repeat(2000)])(
      "does not retry JSON that is not the record, or a body that is too large: %.20s",
      (body) =>
        Effect.gen(function*() {
          const { instants, result } = yield* run([{ status: 200, body }])
          assert.deepStrictEqual([instants, outcome(result)], [[0], "ResponseValidationError"])
        }).pipe(Effect.provide(client({ maxBodySize: 1000 })))
    )

    it.effect("waits until a rate limit that has no requests left resets", () =>
      Effect.gen(function*() {
        const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4" }
        const { instants, result } = yield* run([{ status: 429, headers }])
        assert.deepStrictEqual([instants, outcome(result)], [[0, 4000], "succeeded"])
      }).pipe(Effect.provide(client())))

    it.effect("returns at once when the rate limit resets in 15 hours", () =>
      Effect.gen(function*() {
        const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(15 * 3600) }
        const { instants, result } = yield* run([{ status: 429, headers }])
        assert.deepStrictEqual([instants, outcome(result)], [[0], "OpenRouterDefaultError"])
      }).pipe(Effect.provide(client())))

    it.effect("counts a 200 whose body is an error by its code", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([{ status: 200, body: { error: { code: 502, message: "no" } } }])
        assert.deepStrictEqual(instants, [0, 500])
      }).pipe(Effect.provide(client())))

    it.effect("retries a timeout, and counts its time", () =>
      Effect.gen(function*() {
        const { instants, result } = yield* run(times(4, { delay: "1 minute" }))
        assert.deepStrictEqual(instants, [0, 15_500, 31_250, 47_375])
        assert.strictEqual(outcome(result), "RequestTimeoutError")
      }).pipe(Effect.provide(client())))

    it.effect("waits for as long as Retry-After asks", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([
          { status: 429, headers: { "retry-after": "17" } },
          { status: 503, headers: { "retry-after": "0" } }
        ])
        assert.deepStrictEqual(instants, [0, 17_000, 17_750])
      }).pipe(Effect.provide(client())))

    it.effect("returns at once when Retry-After does not fit into the minute", () =>
      Effect.gen(function*() {
        const { instants, result } = yield* run(times(2, { status: 429, headers: { "retry-after": "40" } }))
        assert.deepStrictEqual(instants, [0, 40_000])
        const error = Either.isLeft(result) && result.left._tag === "OpenRouterDefaultError" ? result.left : undefined
        assert.deepStrictEqual(error?.retryAfter, Duration.seconds(40))
      }).pipe(Effect.provide(client())))

    it.effect("counts the minute from the beginning of the call, with the first attempt", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([{ status: 503, delay: "14 seconds", headers: { "retry-after": "47" } }])
        assert.deepStrictEqual(instants, [0])
      }).pipe(Effect.provide(client())))
  })

  it.effect("none never retries", () =>
    Effect.gen(function*() {
      const { instants, result } = yield* run([{ status: 503 }])
      assert.deepStrictEqual([instants, outcome(result)], [[0], "OpenRouterDefaultError"])
    }).pipe(Effect.provide(client({ retry: RetryPolicy.none }))))

  describe("backoff", () => {
    const config = {
      strategy: "backoff",
      backoff: { initialInterval: 1000, maxInterval: 3000, exponent: 2, maxElapsedTime: 10_000 }
    } as const

    it.effect("grows from initialInterval by exponent up to maxInterval, within maxElapsedTime", () =>
      Effect.gen(function*() {
        const { instants, result } = yield* run(times(9, { status: 503 }))
        assert.deepStrictEqual(instants, [0, 1000, 3000, 6000, 9000])
        assert.strictEqual(outcome(result), "OpenRouterDefaultError")
      }).pipe(Effect.provide(client({ retry: RetryPolicy.backoff(config) }))))

    it.effect("has the defaults of the official client: any 5XX, for an hour", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([...times(20, { status: 599 }), { status: 429 }])
        assert.strictEqual(instants.length, 21)
        assert.strictEqual((instants[20] ?? 0) - (instants[19] ?? 0), 60_000)
      }).pipe(Effect.provide(client({ retry: RetryPolicy.backoff({ strategy: "backoff" }) }))))

    it.effect("retries a timeout only with retryConnectionErrors", () =>
      Effect.gen(function*() {
        const stops = yield* run([{ delay: "1 minute" }], get({ retry: RetryPolicy.backoff(config) }))
        assert.strictEqual(outcome(stops.result), "RequestTimeoutError")
        const goesOn = yield* run(
          [{ delay: "1 minute" }],
          get({
            timeout: "1 second",
            retry: RetryPolicy.backoff({ ...config, retryConnectionErrors: true })
          })
        )
        assert.strictEqual(outcome(goesOn.result), "succeeded")
      }).pipe(Effect.provide(client())))

    it.effect("retries the codes it is given, families in either case", () =>
      Effect.gen(function*() {
        const retry = RetryPolicy.backoff({ ...config, retryCodes: ["4xx", "500"] })
        assert.strictEqual(outcome((yield* run([{ status: 418 }], get({ retry }))).result), "succeeded")
        assert.strictEqual(outcome((yield* run([{ status: 500 }], get({ retry }))).result), "succeeded")
        assert.strictEqual(outcome((yield* run([{ status: 502 }], get({ retry }))).result), "OpenRouterDefaultError")
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        ["retry.backoff.initialInterval", { backoff: { ...config.backoff, initialInterval: -1 } }],
        ["retry.backoff.maxInterval", { backoff: { ...config.backoff, maxInterval: Number.NaN } }],
        ["retry.backoff.exponent", { backoff: { ...config.backoff, exponent: -2 } }],
        ["retry.backoff.maxElapsedTime", { backoff: { ...config.backoff, maxElapsedTime: Number.NaN } }],
        ["retry.retryCodes", { retryCodes: ["5XX", "teapot"] }],
        ["retry.retryCodes", { retryCodes: [503.5] }],
        ["retry.retryCodes", { retryCodes: "503" as never }],
        ["retry.backoff", { backoff: "fast" as never }],
        ["retry.backoff.exponent", { backoff: { exponent: "2" as never } }],
        ["retry.strategy", { strategy: "forever" as never }],
        ["retry.retryConnectionErrors", { retryConnectionErrors: 1 as never }],
        ["retry.backoff.maxInterval", {
          backoff: {
            get maxInterval(): number {
              throw new Error("not now")
            }
          }
        }]
      ] as const
    )("with a wrong %s fails the call before anything is sent", ([field, wrong]) =>
      Effect.gen(function*() {
        const retry = RetryPolicy.backoff({ ...config, ...wrong })
        const error = yield* Effect.flip(get({ retry }))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field })
        const { requests } = yield* OpenRouterEmulator
        assert.deepStrictEqual(yield* requests, [])
      }).pipe(Effect.provide(client())))

    it.effect("takes the defaults for what a configuration leaves out, and null for that", () =>
      Effect.gen(function*() {
        const retry = RetryPolicy.backoff({
          strategy: "backoff",
          backoff: { initialInterval: 100, exponent: null },
          retryConnectionErrors: null,
          retryCodes: null
        })
        const { instants, result } = yield* run(times(3, { status: 503 }), get({ retry }))
        assert.deepStrictEqual([instants, outcome(result)], [[0, 100, 250, 475], "succeeded"])
        const withoutAny = RetryPolicy.backoff({ strategy: "backoff", backoff: null })
        assert.strictEqual(outcome((yield* run([{ status: 503 }], get({ retry: withoutAny }))).result), "succeeded")
      }).pipe(Effect.provide(client())))

    it.effect("accepts codes that are numbers", () =>
      Effect.gen(function*() {
        const retry = RetryPolicy.backoff({ ...config, retryCodes: [404, "5XX"] })
        assert.strictEqual(
          outcome((yield* run([{ status: 404 }, { status: 500 }], get({ retry }))).result),
          "succeeded"
        )
      }).pipe(Effect.provide(client())))

    it.effect("counts null data by the status that it means", () =>
      Effect.gen(function*() {
        const retry = RetryPolicy.backoff({ ...config, retryCodes: [404] })
        const { result } = yield* run([{ status: 200, body: { data: null } }], get({ retry }))
        assert.strictEqual(outcome(result), "succeeded")
      }).pipe(Effect.provide(client())))

    it.effect("retries a 2XX that is not JSON only with retryConnectionErrors", () =>
      Effect.gen(function*() {
        const fault = { status: 200, body: "<html>" }
        const stops = yield* run([fault], get({ retry: RetryPolicy.backoff(config) }))
        assert.strictEqual(outcome(stops.result), "ResponseValidationError")
        const retry = RetryPolicy.backoff({ ...config, retryConnectionErrors: true })
        assert.strictEqual(outcome((yield* run([fault], get({ retry }))).result), "succeeded")
      }).pipe(Effect.provide(client())))

    it.effect("with a wrong number within another Schedule fails when it is asked", () =>
      Effect.gen(function*() {
        const retry = Schedule.intersect(RetryPolicy.backoff({ ...config, retryCodes: ["50x"] }), Schedule.recurs(3))
        const { result } = yield* run([{ status: 503 }], get({ retry }))
        assert.strictEqual(outcome(result), "InvalidRequestError")
      }).pipe(Effect.provide(client())))

    it.effect("ignores a code that is not a status", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([{ status: 200, body: { error: { code: "5 no", message: "no" } } }])
        assert.deepStrictEqual(instants, [0])
      }).pipe(Effect.provide(client({ retry: RetryPolicy.backoff(config) }))))

    it.effect("waits as long as Retry-After asks, whatever the maximum", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([{ status: 503, headers: { "retry-after-ms": "4500" } }])
        assert.deepStrictEqual(instants, [0, 4500])
      }).pipe(Effect.provide(client({ retry: RetryPolicy.backoff(config) }))))

    it.effect("never retries with the strategy none", () =>
      Effect.gen(function*() {
        const { instants } = yield* run([{ status: 503 }])
        assert.deepStrictEqual(instants, [0])
      }).pipe(Effect.provide(client({ retry: RetryPolicy.backoff({ strategy: "none" }) }))))
  })

  it.effect("is any Schedule: one that ignores the error retries a 401 too", () =>
    Effect.gen(function*() {
      const { instants, result } = yield* run(times(2, { status: 401 }))
      assert.deepStrictEqual([instants, outcome(result)], [[0, 0, 0], "succeeded"])
    }).pipe(Effect.provide(client({ retry: Schedule.recurs(3) }))))

  describe("within the client's retry budget", () => {
    it.effect("all calls together make the retries of the budget, and then fail at once", () =>
      Effect.gen(function*() {
        const first = yield* run(times(9, { status: 503 }))
        assert.lengthOf(first.instants, 4)
        const second = yield* run([])
        assert.lengthOf(second.instants, 6)
        const third = yield* run([])
        assert.lengthOf(third.instants, 7)
        assert.strictEqual(outcome(third.result), "OpenRouterDefaultError")
      }).pipe(Effect.provide(client({ retryBudget: 4 }))))

    it.effect("a call that succeeds returns what it took", () =>
      Effect.gen(function*() {
        for (const _ of times(4, undefined)) {
          const { result } = yield* run([{ status: 503 }, { status: 503 }])
          assert.strictEqual(outcome(result), "succeeded")
        }
      }).pipe(Effect.provide(client({ retryBudget: 2 }))))

    it.effect("five calls that succeed at once add one retry", () =>
      Effect.gen(function*() {
        assert.strictEqual(outcome((yield* run(times(2, { status: 503 }))).result), "OpenRouterDefaultError")
        for (const _ of times(4, undefined)) yield* run([])
        assert.strictEqual(outcome((yield* run([{ status: 503 }])).result), "OpenRouterDefaultError")
        yield* run([])
        assert.strictEqual(outcome((yield* run([{ status: 503 }])).result), "succeeded")
      }).pipe(Effect.provide(client({ retryBudget: 1 }))))

    it.effect("a retry after a timeout costs two", () =>
      Effect.gen(function*() {
        const { result } = yield* run([{ delay: "1 minute" }])
        assert.strictEqual(outcome(result), "RequestTimeoutError")
      }).pipe(Effect.provide(client({ retryBudget: 1 }))))

    it.effect("a failure of a server that works also returns what the call took", () =>
      Effect.gen(function*() {
        for (const _ of times(4, undefined)) {
          const { result } = yield* run([{ status: 503 }, { status: 503 }, { status: 404 }])
          assert.strictEqual(outcome(result), "OpenRouterDefaultError")
        }
        assert.strictEqual(outcome((yield* run([{ status: 503 }])).result), "succeeded")
      }).pipe(Effect.provide(client({ retryBudget: 2 }))))

    it.effect.each([
      { status: 503 },
      { status: 200, body: { error: { code: 503, message: "no" } } },
      { status: 200, body: { error: { code: "429", message: "no" } } },
      { status: 200, body: "" }
    ])("many calls that get %j make no more retries than the budget has", (fault) =>
      Effect.gen(function*() {
        let last: ReadonlyArray<number> = []
        for (const _ of times(30, undefined)) last = (yield* run(times(4, fault))).instants
        const { requests } = yield* OpenRouterEmulator
        assert.lengthOf(yield* requests, 40)
        assert.lengthOf(last, 40)
      }).pipe(Effect.provide(client({ retryBudget: 10 }))))

    it.effect("0 allows no retry", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual((yield* run([{ status: 503 }])).instants, [0])
      }).pipe(Effect.provide(client({ retryBudget: 0 }))))
  })

  it.effect("shows each failed attempt in the log, at debug level, and in the span", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const { spans, tracer } = yield* recordingTracer
      yield* run([{ status: 503 }, { status: 429 }]).pipe(
        Effect.provide(Logger.add(Logger.map(Logger.logfmtLogger, (line) => void lines.push(line)))),
        Logger.withMinimumLogLevel(LogLevel.Debug),
        Effect.withSpan("caller"),
        Effect.withTracer(tracer)
      )
      assert.lengthOf(lines, 2)
      assert.match(lines[0] ?? "", /level=DEBUG.*OpenRouter request failed.*503/)
      assert.match(lines[1] ?? "", /level=DEBUG.*TooManyRequests/)
      assert.include(lines[0] ?? "", "openrouter.generation.id=gen-1")
      const caller = spans.find(({ name }) => name === "caller")
      assert.lengthOf(caller !== undefined && "events" in caller ? caller.events as Array<unknown> : [], 2)
    }).pipe(Effect.provide(client())))

  describe("of a POST", () => {
    it.effect("retries a 429", () =>
      Effect.gen(function*() {
        const { instants, result } = yield* run([{ status: 429 }], post())
        assert.deepStrictEqual([instants, outcome(result)], [[0, 500], "succeeded"])
      }).pipe(Effect.provide(client())))

    it.effect.each(
      [
        { status: 408 },
        { status: 500 },
        { status: 503 },
        { status: 200, body: "" },
        { status: 200, body: { error: { code: 503, message: "no" } } },
        { delay: "1 minute" }
      ] as const
    )(
      "does not after %j, which may have been recorded, whatever the policy",
      (fault) =>
        Effect.gen(function*() {
          const { instants } = yield* run([fault], post({ retry: Schedule.recurs(3) }))
          assert.deepStrictEqual(instants, [0])
        }).pipe(Effect.provide(client()))
    )
  })

  describe("while the wall clock steps", () => {
    const second = RetryPolicy.backoff({
      strategy: "backoff",
      backoff: { initialInterval: 200, maxInterval: 200, exponent: 1, maxElapsedTime: 1000 }
    })

    it.effect.each([-1, 1, -24, 24])(
      "by %d hours, the time of a call is measured on the monotonic clock",
      (hours) =>
        Effect.gen(function*() {
          const clock = yield* Effect.clock
          const start = clock.unsafeCurrentTimeNanos()
          const step = () => clock.unsafeCurrentTimeNanos() - start < 300_000_000n ? 0 : hours * 3_600_000
          const { instants } = yield* run(times(20, { status: 503 }), withWallClock(get({ retry: second }), step))
          assert.lengthOf(instants, 6)
        }).pipe(Effect.provide(client()))
    )
  })
})
