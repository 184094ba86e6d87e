import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import {
  ConnectionError,
  Generation,
  InvalidRequestError,
  OpenRouterDefaultError,
  type OpenRouterError,
  RequestTimeoutError,
  ResponseValidationError
} from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { apiKey, recordingTracer } from "@effect-openrouter/test-support"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import {
  Cause,
  Chunk,
  Clock,
  Duration,
  Effect,
  Either,
  Exit,
  Fiber,
  Layer,
  Logger,
  LogLevel,
  Option,
  Ref,
  Schema,
  Stream,
  TestClock
} from "effect"
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

const record = (id: string, totalCost: number | null = null) =>
  Schema.decodeSync(Generation)({ id, total_cost: totalCost })

const failure = (status: number, reason: OpenRouterDefaultError["reason"], retryAfter?: Duration.DurationInput) =>
  new OpenRouterDefaultError({
    status,
    reason,
    message: `${status}`,
    retryAfter: retryAfter === undefined ? null : Duration.decode(retryAfter)
  })

const notFound = failure(404, "NotFound")

/** A service whose `get` the test gives. */
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

  it.effect.each([401, 402])("ends with a %d, which affects every id", (status) =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status }])
      assert.deepInclude(yield* Effect.flip(collect(["gen-1", "gen-2"], { concurrency: 1 })), { status })
      assert.lengthOf(yield* emulator.requests, 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("emits all settlements before it ends, however slow the consumer", () =>
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

  it.effect.each([
    { field: "concurrency", options: { concurrency: 0 } },
    { field: "concurrency", options: { concurrency: Number.NaN } },
    { field: "maxWaiting", options: { maxWaiting: 1.5 } },
    { field: "maxWaiting", options: { maxWaiting: Number.MAX_SAFE_INTEGER } },
    { field: "within", options: { within: Number.NaN } },
    { field: "within", options: { within: -5 } },
    { field: "within", options: { within: "soon" as "1 second" } },
    { field: "timeout", options: { timeout: 0 } },
    { field: "maxOutage", options: { maxOutage: 0 } },
    { field: "pollInterval", options: { pollInterval: "1 second" as {} } },
    { field: "pollInterval.initial", options: { pollInterval: { initial: 0 } } },
    { field: "pollInterval.max", options: { pollInterval: { max: -1 } } }
  ])("ends with the invalid option $field", ({ field, options }) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(collect(["gen-1"], options))
      assert.deepInclude(error, { _tag: "InvalidRequestError", field })
    }).pipe(Effect.provide(inMemory)))

  it.effect("takes the ids from a Stream, and fails with its error after its ids have been settled", () =>
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

  it.effect("emits the results that arrive one after another in the same turn of the event loop as one chunk", () =>
    Effect.gen(function*() {
      const get = (id: string) =>
        Effect.async<Generation>((resume) => void setImmediate(() => resume(Effect.succeed(record(id)))))
      const ids = Array.from({ length: 8 }, (_, index) => `gen-${index}`)
      const sizes: Array<number> = []
      yield* Settlement.stream(ids, { concurrency: 8 }).pipe(
        Stream.mapChunks((chunk) => {
          sizes.push(chunk.length)
          return chunk
        }),
        Stream.runDrain,
        Effect.provide(answering(get))
      )
      assert.deepStrictEqual(sizes, [8])
    }))

  it.effect("dies with the defect of the service", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(collect(["gen-1"])).pipe(
        Effect.provide(answering(() => Effect.dieMessage("bug")))
      )
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
    }))

  it.effect("runs as many requests at once as concurrency allows, in order only if `ordered` is set", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const ids = ["gen-1", "gen-2", "gen-3"]
      for (const id of ids) yield* emulator.add({ id })
      const run = (ordered: boolean) =>
        Effect.gen(function*() {
          yield* emulator.faults([{ delay: "3 seconds" }, { delay: "1 second" }])
          const fiber = yield* Effect.fork(collect(ids, { concurrency: 2, ordered }))
          yield* TestClock.adjust("1 second")
          yield* TestClock.adjust("2 seconds")
          return (yield* Fiber.join(fiber)).map(({ id }) => id)
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

    it.effect("sends a last request at the end of within, and reports the number of requests and the time", () =>
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

  describe("within is a promise", () => {
    const visible = record("gen-1")
    const timeout = new RequestTimeoutError({ timeout: Duration.seconds(15) })
    const reset = new ConnectionError({ method: "GET", url: "http://localhost", code: "ECONNRESET", message: "reset" })
    const unreadable = new ResponseValidationError({ field: "body", reason: "Unreadable", message: "not JSON" })

    it.effect.each<OpenRouterError>([
      failure(500, "InternalServerError"),
      failure(503, "ServiceUnavailable"),
      failure(524, "EdgeNetworkTimeout"),
      failure(429, "TooManyRequests"),
      failure(429, "TooManyRequests", "1 second"),
      failure(429, "TooManyRequests", 0),
      failure(402, "PaymentRequired", "2 seconds"),
      reset,
      timeout,
      unreadable
    ])("goes on through %s until the record is there", (error) =>
      Effect.gen(function*() {
        let asked = 0
        const start = yield* Clock.currentTimeMillis
        const settled = yield* toEnd(collect(["gen-1"], { within: "20 seconds" })).pipe(Effect.provide(answering(() =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            asked++
            return now - start < 5000 ? Effect.fail(error) : Effect.succeed(visible)
          })
        )))
        assert.deepStrictEqual(settled, [Settlement.Settled({ id: "gen-1", generation: visible })])
        assert.isAtMost(asked, 12)
      }))

    it.effect("the last response decides at its end", () =>
      Effect.gen(function*() {
        const start = yield* Clock.currentTimeMillis
        const [settlement] = yield* toEnd(collect(["gen-1"], { within: "20 seconds" })).pipe(Effect.provide(answering(
          () =>
            Effect.flatMap(Clock.currentTimeMillis, (now) =>
              Effect.fail(now - start < 5000 ? failure(503, "ServiceUnavailable") : notFound))
        )))
        assert.deepInclude(settlement, { _tag: "NotVisible", id: "gen-1", elapsed: Duration.seconds(20) })
      }))

    it.effect("ends a request in flight, in an uninterruptible region too", () =>
      Effect.gen(function*() {
        const fiber = yield* Effect.fork(Effect.uninterruptible(collect(["gen-1"], { within: "3 seconds" })))
        yield* TestClock.adjust("3 seconds")
        const [settlement] = yield* Fiber.join(fiber)
        assert.deepInclude(settlement, { _tag: "NotVisible", id: "gen-1", attempts: 1, elapsed: Duration.seconds(3) })
      }).pipe(Effect.provide(answering(() => Effect.never))))

    it.effect("a long wait makes few requests", () =>
      Effect.gen(function*() {
        let asked = 0
        const count = (within: Duration.DurationInput) =>
          Effect.gen(function*() {
            asked = 0
            yield* toEnd(collect(["gen-1"], { within }))
            return asked
          })
        const counted = Effect.all([count("4 minutes"), count("1 hour")]).pipe(Effect.provide(answering(() =>
          Effect.suspend(() => {
            asked++
            return Effect.fail(notFound)
          })
        )))
        const [four, hour] = yield* counted
        assert.isAtMost(four, 30)
        assert.isAtMost(hour, 90)
      }))

    it.effect("pollInterval sets the pauses", () =>
      Effect.gen(function*() {
        const at: Array<number> = []
        yield* toEnd(
          collect(["gen-1"], { within: "1 minute", pollInterval: { initial: "10 seconds", max: "15 seconds" } })
        ).pipe(Effect.provide(answering(() =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            at.push(now / 1000)
            return Effect.fail(notFound)
          })
        )))
        assert.deepStrictEqual(at, [0, 10, 25, 40, 55, 60])
      }))
  })

  describe("waitForCost", () => {
    const costs = (known: number) => {
      let asked = 0
      return answering((id) => Effect.sync(() => record(id, ++asked < known ? null : 0.25)))
    }

    it.effect("asks again until the cost is known", () =>
      Effect.gen(function*() {
        const [settlement] = yield* toEnd(collect(["gen-1"], { within: "1 minute", waitForCost: true }))
        assert.deepNestedInclude(settlement, { "generation.totalCost": 0.25 })
      }).pipe(Effect.provide(costs(4))))

    it.effect("emits the record at the end of within, with an unknown cost", () =>
      Effect.gen(function*() {
        const [settlement] = yield* toEnd(collect(["gen-1"], { within: "1 minute", waitForCost: true }))
        assert.deepNestedInclude(settlement, { _tag: "Settled", "generation.totalCost": null })
      }).pipe(Effect.provide(costs(1000))))

    it.effect("is off by default", () =>
      Effect.gen(function*() {
        const [settlement] = yield* toEnd(collect(["gen-1"], { within: "1 minute" }))
        assert.deepNestedInclude(settlement, { _tag: "Settled", "generation.totalCost": null })
      }).pipe(Effect.provide(costs(2))))
  })

  describe("a refusal that every id receives", () => {
    const ids = Array.from({ length: 40 }, (_, index) => `gen-${index}`)
    const foreign = failure(404, "Unknown")
    const wrong = new ResponseValidationError({ field: "data", message: "data is missing" })
    const unreadable = (body: string) =>
      new ResponseValidationError({ field: "body", reason: "Unreadable", message: "not JSON", body })
    const html = unreadable("\n<!doctype html><title>Just a moment…</title>")

    /** The outcome of a sweep: the settlements, the error that ended it, and the number of requests. */
    const sweep = (
      respond: (id: string) => Effect.Effect<Generation, OpenRouterError>,
      options: Settlement.StreamOptions = {}
    ) =>
      Effect.gen(function*() {
        let asked = 0
        const settlements: Array<Settlement.Settlement> = []
        const exit = yield* Settlement.stream(ids, options).pipe(
          Stream.runForEach((settlement) => Effect.sync(() => settlements.push(settlement))),
          Effect.either,
          toEnd,
          Effect.provide(answering((id) =>
            Effect.suspend(() => {
              asked++
              return respond(id)
            })
          ))
        )
        return { asked, error: Option.getOrUndefined(Either.getLeft(exit)), settlements }
      })

    it.effect.each<OpenRouterError>([
      failure(403, "Forbidden"),
      failure(405, "Unknown"),
      failure(451, "Unknown"),
      wrong,
      html,
      unreadable("It works!")
    ])("%s ends the stream after five ids, and marks none", (error) =>
      Effect.gen(function*() {
        for (const options of [{}, { ordered: true }, { concurrency: 1, maxWaiting: 4 }]) {
          const result = yield* sweep(() => Effect.fail(error), options)
          assert.strictEqual(result.error, error)
          assert.deepStrictEqual(result.settlements, [])
          assert.isAtMost(result.asked, 8)
        }
      }))

    it.effect("ends the stream at once if it is a 404 of another server", () =>
      Effect.gen(function*() {
        const result = yield* sweep(() => Effect.fail(foreign), { within: "1 hour" })
        assert.strictEqual(result.error, foreign)
        assert.isAtMost(result.asked, 4)
      }))

    it.effect.each<readonly [error: OpenRouterError, options: Settlement.StreamOptions]>([
      [html, {}],
      [html, { ordered: true }],
      [html, { concurrency: 1, maxWaiting: 4 }],
      [html, { concurrency: 16 }],
      [unreadable("It works!"), {}]
    ])(
      "a page of another server ends the stream after five ids within `within`, too: %s, %o",
      ([error, options]) =>
        Effect.gen(function*() {
          const start = yield* Clock.currentTimeMillis
          let end = start
          const result = yield* sweep(
            () =>
              Effect.flatMap(Clock.currentTimeMillis, (now) => {
                end = now
                return Effect.fail(error)
              }),
            {
              within: "1 hour",
              ...options
            }
          )
          assert.strictEqual(result.error, error)
          assert.deepStrictEqual(result.settlements, [])
          assert.isAtMost(result.asked, 16)
          assert.isAtMost(end - start, 10_000)
        })
    )

    it.effect("a 404 of another server ends it, too, after OpenRouter has responded", () =>
      Effect.gen(function*() {
        const { error, settlements } = yield* sweep(
          (id) => id === "gen-0" ? Effect.succeed(record(id)) : Effect.fail(foreign),
          { concurrency: 1, within: "1 hour" }
        )
        assert.strictEqual(error, foreign)
        assert.lengthOf(settlements, 1)
      }))

    it.effect.each<readonly [title: string, error: OpenRouterError, options: Settlement.StreamOptions]>([
      ["an edge page", html, { within: "1 minute" }],
      ["an empty body", unreadable(""), {}],
      ["a body that is cut off", unreadable(`{"data":{"id"`), {}]
    ])("%s that comes for a while fails no id", ([, error, options]) =>
      Effect.gen(function*() {
        let asked = 0
        const { error: end, settlements } = yield* sweep(
          (id) => asked++ % 20 < 4 ? Effect.fail(error) : Effect.succeed(record(id)),
          options
        )
        assert.isUndefined(end)
        assert.isTrue(settlements.every(Settlement.is("Settled")))
        assert.lengthOf(settlements, ids.length)
      }))

    it.effect("a 404 of another server is a fault that passes once OpenRouter has responded", () =>
      Effect.gen(function*() {
        let asked = 0
        const { error, settlements } = yield* sweep(
          (id) => id === "gen-3" && asked++ < 2 ? Effect.fail(foreign) : Effect.succeed(record(id)),
          { concurrency: 1, within: "1 minute" }
        )
        assert.isUndefined(error)
        assert.isTrue(settlements.every(Settlement.is("Settled")))
      }))

    it.effect.each([{}, { ordered: true }, { concurrency: 1, maxWaiting: 0 }])(
      "one private 403 among good ids stays the failure of its id, with %o",
      (options) =>
        Effect.gen(function*() {
          const { error, settlements } = yield* sweep(
            (id) => /^gen-(?:0|7|8|39)$/.test(id) ? Effect.fail(failure(403, "Forbidden")) : Effect.succeed(record(id)),
            options
          )
          assert.isUndefined(error)
          assert.lengthOf(settlements, ids.length)
          assert.sameMembers(
            settlements.filter(Settlement.is("Failed")).map(({ id }) => id),
            ["gen-0", "gen-7", "gen-8", "gen-39"]
          )
          if ("ordered" in options) assert.deepStrictEqual(settlements.map(({ id }) => id), ids)
        })
    )

    it.effect("four equal refusals, and five that differ, are those of their ids", () =>
      Effect.gen(function*() {
        // At once: no time passes.
        for (const options of [{}, { ordered: true }, { concurrency: 1, maxWaiting: 0 }]) {
          const four = yield* collect(ids.slice(0, 4), options).pipe(
            Effect.provide(answering(() => Effect.fail(failure(403, "Forbidden"))))
          )
          assert.isTrue(four.every(Settlement.is("Failed")) && four.length === 4)
        }
        let asked = 0
        const { error, settlements } = yield* sweep(() =>
          Effect.fail(asked++ % 2 === 0 ? failure(403, "Forbidden") : failure(405, "Unknown"))
        )
        assert.isUndefined(error)
        assert.lengthOf(settlements, ids.length)
      }))

    it.effect("is not held back for more than a minute if no other id comes", () =>
      Effect.gen(function*() {
        const emitted: Array<string> = []
        const fiber = yield* Settlement.stream(Stream.concat(Stream.make("gen-1"), Stream.never)).pipe(
          Stream.runForEach(({ id }) => Effect.sync(() => emitted.push(id))),
          Effect.provide(answering(() => Effect.fail(failure(403, "Forbidden")))),
          Effect.fork
        )
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(emitted, ["gen-1"])
        yield* Fiber.interrupt(fiber)
      }))
  })

  describe("a server that is down", () => {
    const ids = Array.from({ length: 60 }, (_, index) => `gen-${index}`)

    /** A service that is down for a while, and the times in seconds of its requests. */
    const down = (from: number, to: number, error: OpenRouterError) => {
      const at: Array<number> = []
      return {
        at,
        layer: answering((id) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            at.push(now / 1000)
            return now >= from * 1000 && now < to * 1000
              ? Effect.fail(error)
              : Effect.delay(Effect.succeed(record(id)), "100 millis")
          })
        )
      }
    }

    it.effect.each<OpenRouterError>([
      failure(503, "ServiceUnavailable"),
      failure(521, "Unknown"),
      new ConnectionError({ method: "GET", url: "http://localhost", message: "refused" })
    ])("receives one probe at a time, with a growing pause, and no id fails: %s", (error) =>
      Effect.gen(function*() {
        const { at, layer } = down(0.5, 120, error)
        const settled = yield* toEnd(collect(ids, { concurrency: 8 })).pipe(Effect.provide(layer))
        assert.lengthOf(settled, ids.length)
        assert.isTrue(settled.every(Settlement.is("Settled")))
        const during = at.filter((time) => time >= 0.5 && time < 120)
        assert.isAtMost(during.length, 8 + 20)
        const probes = during.slice(8)
        for (const [index, time] of probes.entries()) {
          if (index > 0) assert.isAtLeast(time - (probes[index - 1] ?? 0), 0.5)
        }
      }))

    it.effect.each([failure(429, "TooManyRequests"), failure(503, "ServiceUnavailable")])(
      "receives at most 90 requests in an hour for an id with that much time: %s",
      (error) =>
        Effect.gen(function*() {
          const { at, layer } = down(0, Infinity, error)
          yield* Settlement.stream(["gen-1"], { within: "1 hour" }).pipe(
            Stream.runDrain,
            Effect.exit,
            Effect.provide(layer),
            Effect.fork
          )
          yield* TestClock.adjust("1 hour")
          assert.isAtMost(at.length, 90)
        })
    )

    it.effect("ends the stream with its last error after maxOutage, after what has been settled", () =>
      Effect.gen(function*() {
        const error = failure(503, "ServiceUnavailable")
        const { at, layer } = down(0.5, Infinity, error)
        const settlements: Array<Settlement.Settlement> = []
        const fiber = yield* Settlement.stream(ids, { maxOutage: "1 minute" }).pipe(
          Stream.runForEach((settlement) => Effect.sync(() => settlements.push(settlement))),
          Effect.flip,
          Effect.zip(Clock.currentTimeMillis),
          Effect.provide(layer),
          Effect.fork
        )
        yield* TestClock.adjust("10 minutes")
        const [last, end] = yield* Fiber.join(fiber)
        assert.deepInclude(last, { status: 503 })
        assert.lengthOf(settlements, 20)
        assert.isTrue(settlements.every(Settlement.is("Settled")))
        assert.isAtLeast(end, 60_500)
        assert.isAtMost(end, 62_000)
        assert.isAtMost(at.length, 20 + 20)
      }))

    it.effect("an id that fails alone, while the others succeed, is Failed", () =>
      Effect.gen(function*() {
        const error = failure(500, "InternalServerError")
        const settled = yield* toEnd(collect(ids, { concurrency: 2 })).pipe(
          Effect.provide(
            answering((id) =>
              id === "gen-3" ? Effect.fail(error) : Effect.delay(Effect.succeed(record(id)), "1 second")
            )
          )
        )
        assert.lengthOf(settled, ids.length)
        assert.deepStrictEqual(settled.filter(Settlement.is("Failed")), [Settlement.Failed({ id: "gen-3", error })])
      }))
  })

  describe("a 429 with Retry-After", () => {
    const recorded = (instants: Ref.Ref<ReadonlyArray<number>>, retry: RetryPolicy.RetryPolicy) =>
      Generations.layer.pipe(
        Layer.provide(OpenRouterClient.layer({ apiKey, retry })),
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
        // The second is still in flight when the first receives its 429.
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

    it.effect("is the failure of its id after four requests", () =>
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

    it.effect.each([0, 3_599_000, 3_600_000])(
      "pauses for %d ms and at least half a second, then goes on",
      (pause) =>
        Effect.gen(function*() {
          const at: Array<number> = []
          const fiber = yield* collect(["gen-1", "gen-2"], { concurrency: 1 }).pipe(
            Effect.provide(answering((id) =>
              Effect.flatMap(Clock.currentTimeMillis, (now) => {
                at.push(now)
                return at.length === 1
                  ? Effect.fail(failure(429, "TooManyRequests", pause))
                  : Effect.succeed(record(id))
              })
            )),
            Effect.fork
          )
          yield* TestClock.adjust("2 hours")
          assert.isTrue((yield* Fiber.join(fiber)).every(Settlement.is("Settled")))
          const next = Math.max(pause, 500)
          assert.deepStrictEqual(at, [0, next, next])
        })
    )

    it.effect("a window that is spent for 5 seconds costs few requests, and no id fails", () =>
      Effect.gen(function*() {
        const ids = Array.from({ length: 60 }, (_, index) => `gen-${index}`)
        let asked = 0
        const settled = yield* toEnd(collect(ids)).pipe(Effect.provide(answering((id) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            asked++
            const left = 5000 - now
            return left > 0 ? Effect.fail(failure(429, "TooManyRequests", left)) : Effect.succeed(record(id))
          })
        )))
        assert.isTrue(settled.every(Settlement.is("Settled")))
        assert.isAtMost(asked, 60 + 4)
      }))

    it.effect("a limit of ten requests in a second fails no id of many that run at once", () =>
      Effect.gen(function*() {
        const ids = Array.from({ length: 200 }, (_, index) => `gen-${index}`)
        const windows = new Map<number, number>()
        let rejected = 0
        const settled = yield* toEnd(collect(ids, { concurrency: 32 })).pipe(Effect.provide(answering((id) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) => {
            const window = Math.floor(now / 1000)
            const used = (windows.get(window) ?? 0) + 1
            windows.set(window, used)
            if (used <= 10) return Effect.succeed(record(id))
            rejected++
            return Effect.fail(failure(429, "TooManyRequests", (window + 1) * 1000 - now))
          })
        )))
        assert.lengthOf(settled, ids.length)
        assert.isTrue(settled.every(Settlement.is("Settled")))
        assert.isAbove(rejected, 0)
      }))

    it.effect("ends the stream after five ids that are throttled whenever they are asked for", () =>
      Effect.gen(function*() {
        const ids = Array.from({ length: 60 }, (_, index) => `gen-${index}`)
        const limited = failure(429, "TooManyRequests", 0)
        let asked = 0
        const error = yield* toEnd(Effect.flip(collect(ids))).pipe(Effect.provide(answering(() =>
          Effect.suspend(() => {
            asked++
            return Effect.fail(limited)
          })
        )))
        assert.deepInclude(error, { status: 429, attempts: 4 })
        assert.isAtMost(asked, 24)
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
      "share a request while they are in flight, and each is emitted (ordered: %s)",
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

    it.effect("are requested again after they have been settled", () =>
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

  describe("ids", () => {
    const service = answering((id) => Effect.succeed(record(id)))
    const settledIds = (ids: Settlement.Ids<never, never>) =>
      Effect.map(Stream.runCollect(Settlement.stream(ids)), (settled) => Array.from(settled, ({ id }) => id))

    it.effect("may come from an async iterable", () =>
      Effect.gen(function*() {
        const ids = async function*() {
          yield "gen-1"
          yield "gen-2"
        }
        assert.deepStrictEqual(yield* settledIds(ids()), ["gen-1", "gen-2"])
      }).pipe(Effect.provide(service)))

    it.effect.each([undefined, null, 1, "gen-1", {}])("that are %o are rejected", (ids) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(settledIds(ids as unknown as ReadonlyArray<string>))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field: "ids" })
      }).pipe(Effect.provide(service)))

    it.effect("are not taken any more when the stream ends early: the iterator is closed", () =>
      Effect.gen(function*() {
        const closed: Array<string> = []
        const sync = function*() {
          try {
            for (let id = 0;; id++) yield `gen-${id}`
          } finally {
            closed.push("sync")
          }
        }
        const async = async function*() {
          try {
            for (let id = 0;; id++) yield `gen-${id}`
          } finally {
            closed.push("async")
          }
        }
        for (const ids of [sync(), async()]) {
          yield* Stream.runDrain(Stream.take(Settlement.stream(ids), 2))
        }
        yield* Effect.promise(() => Promise.resolve())
        assert.deepStrictEqual(closed, ["sync", "async"])
      }).pipe(Effect.provide(service)))

    it.effect.each(
      [
        [3, "options"],
        ["fast", "options"],
        [{ ordered: "yes" }, "ordered"],
        [{ waitForCost: 1 }, "waitForCost"],
        [new Proxy({}, { get: () => assert.fail("unreadable") }), "concurrency"]
      ] as const
    )("are not requested with invalid options, %#", ([options, field]) =>
      Effect.gen(function*() {
        const stream = Settlement.stream(["gen-1"], options as unknown as Settlement.StreamOptions)
        const error = yield* Effect.flip(Stream.runDrain(stream))
        assert.deepInclude(error, { _tag: "InvalidRequestError", field })
      }).pipe(Effect.provide(service)))

    it.effect.each(
      [
        ["an async generator", async function*(): AsyncGenerator<string> {
          yield "gen-1"
          throw new Error("broken source")
        }],
        ["a Stream", () => Stream.concat(Stream.make("gen-1"), Stream.dieMessage("broken source"))]
      ] as const
    )("end the stream with the defect of %s, after what is in flight", ([, ids]) =>
      Effect.gen(function*() {
        const settled: Array<string> = []
        const exit = yield* Settlement.stream(ids()).pipe(
          Stream.runForEach(({ id }) => Effect.sync(() => settled.push(id))),
          Effect.exit,
          toEnd
        )
        assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
        assert.deepStrictEqual(settled, ["gen-1"])
      }).pipe(Effect.provide(answering((id) => Effect.delay(Effect.succeed(record(id)), "1 second")))))

    it.effect("that look like an API key are not shown", () =>
      Effect.gen(function*() {
        const key = "sk-or-v1-0123456789"
        const [settlement, other] = yield* collect([key, "gen 1"], { ordered: true })
        assert.notInclude(JSON.stringify(settlement), key)
        assert.deepInclude(settlement, { _tag: "Failed", id: "<redacted>" })
        assert.deepInclude(other, { _tag: "Failed", id: "gen 1" })
      }).pipe(Effect.provide(inMemory)))

    it.effect("that the client rejects because they hold its key are not shown", () =>
      Effect.gen(function*() {
        const [settlement] = yield* collect(["a-secret-of-mine"])
        assert.deepInclude(settlement, { _tag: "Failed", id: "<redacted>" })
      }).pipe(
        Effect.provide(
          answering(() => Effect.fail(new InvalidRequestError({ field: "id", message: "id has the key" })))
        )
      ))
  })

  it.effect("rejects ids and options that cannot be read", () =>
    Effect.gen(function*() {
      const unreadable = new Proxy([], { get: () => assert.fail("read"), has: () => assert.fail("read") })
      const ofIds = yield* Effect.flip(collect(unreadable))
      assert.deepInclude(ofIds, { _tag: "InvalidRequestError", field: "ids" })
      const ofPause = yield* Effect.flip(collect(["gen-1"], { pollInterval: unreadable as object }))
      assert.deepInclude(ofPause, { _tag: "InvalidRequestError", field: "pollInterval.initial" })
    }).pipe(Effect.provide(inMemory)))

  it.effect("accepts null instead of options", () =>
    Effect.gen(function*() {
      assert.lengthOf(yield* collect(["gen-1"], null as unknown as undefined), 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("does not log an expected 404, nor fail its span", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1" }, { visibleAfter: "1 second" })
      const lines: Array<string> = []
      const { spans, tracer } = yield* recordingTracer
      yield* toEnd(collect(["gen-1"], { within: "1 minute" })).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, Logger.make(({ message }) => lines.push(String(message))))),
        Logger.withMinimumLogLevel(LogLevel.Debug),
        Effect.withTracer(tracer)
      )
      // Some versions of Effect log this about their own fibers.
      assert.deepStrictEqual(lines.filter((line) => line !== "Fiber terminated with an unhandled error"), [])
      const statuses = spans.filter(({ name }) => name === "Generations.get").map(({ status }) => status)
      assert.lengthOf(statuses, 3)
      assert.isTrue(statuses.every((status) => status._tag === "Ended" && Exit.isSuccess(status.exit)))
    }).pipe(Effect.provide(inMemory)))

  it.effect("is interrupted at once, together with the requests in flight", () =>
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

  it("is matched by its tag", () => {
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
