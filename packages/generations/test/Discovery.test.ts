import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Discovery } from "@effect-openrouter/generations"
import { apiKey } from "@effect-openrouter/test-support"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream, TestClock } from "effect"

const client = OpenRouterClient.layer({ apiKey })

const inMemory = client.pipe(
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)

/** An object that throws whatever is done with it. */
const unreadable: unknown = new Proxy({}, { get: () => assert.fail("read"), has: () => assert.fail("read") })

const day = 86_400_000
const since = Date.UTC(2026, 8, 1)

const ids = (range: Discovery.DiscoveryRange) =>
  Effect.map(Stream.runCollect(Discovery.stream(range)), (ids) => [...ids])

/** The ranges that were asked for, in days since the start. */
const ranges = Effect.flatMap(
  OpenRouterEmulator,
  ({ requests }) =>
    Effect.map(requests, (requests) =>
      requests.map(({ body }) => {
        const { end, start } =
          (JSON.parse(body) as { readonly time_range: { readonly start: string; readonly end: string } }).time_range
        return [start, end].map((time) => (Date.parse(time) - since) / day)
      }))
)

const add = (id: string, createdAt: number) =>
  Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.add({ id, createdAt: new Date(createdAt).toISOString() }))

/** Responds to every query with this body. */
const responding = (body: (range: { readonly start: string; readonly end: string }) => unknown) =>
  client.pipe(Layer.provide(Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => {
      const text = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : "{}"
      const { time_range } = JSON.parse(text) as {
        readonly time_range: { readonly start: string; readonly end: string }
      }
      return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ data: body(time_range) })))
    })
  )))

describe("Discovery.stream", () => {
  it.effect("emits each id of a range once, the start included, the end excluded", () =>
    Effect.gen(function*() {
      yield* add("gen-before", since - 1)
      yield* add("gen-start", since)
      yield* add("gen-middle", since + 3.5 * day)
      yield* add("gen-end", since + 7 * day)
      assert.deepStrictEqual(yield* ids({ since, until: since + 7 * day }), ["gen-start", "gen-middle"])
      assert.deepStrictEqual(yield* ranges, [[0, 7]])
    }).pipe(Effect.provide(inMemory)))

  it.effect("ends now by default, and takes times of every kind", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(since + day)
      yield* add("gen-1", since)
      for (const start of [since, new Date(since), "2026-09-01T00:00:00Z"]) {
        assert.deepStrictEqual(yield* ids({ since: start }), ["gen-1"])
      }
      assert.deepStrictEqual((yield* ranges)[0], [0, 1])
    }).pipe(Effect.provide(inMemory)))

  it.effect("splits a range of more than 31 days", () =>
    Effect.gen(function*() {
      const added = Array.from({ length: 70 }, (_, index) => `gen-${index}`)
      yield* Effect.forEach(added, (id, index) => add(id, since + index * day))
      assert.deepStrictEqual(yield* ids({ since, until: since + 70 * day }), added)
      assert.deepStrictEqual(yield* ranges, [[0, 31], [31, 62], [62, 70]])
    }).pipe(Effect.provide(inMemory)))

  it.effect("asks for half a range again if its response is truncated", () =>
    Effect.gen(function*() {
      const added = Array.from({ length: 2500 }, (_, index) => `gen-${String(index).padStart(4, "0")}`)
      yield* Effect.forEach(added, (id, index) => add(id, since + index * 600_000))
      assert.deepStrictEqual(yield* ids({ since, until: since + 18 * day }), added)
      assert.deepStrictEqual((yield* ranges).slice(0, 3), [[0, 18], [0, 9], [0, 4.5]])
    }).pipe(Effect.provide(inMemory)))

  it.effect("asks only for what is taken", () =>
    Effect.gen(function*() {
      yield* add("gen-1", since)
      yield* Stream.runDrain(Stream.take(Discovery.stream({ since, until: since + 300 * day }), 1))
      assert.lengthOf(yield* ranges, 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("asks for nothing in an empty range", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* ids({ since, until: since }), [])
      assert.deepStrictEqual(yield* ranges, [])
    }).pipe(Effect.provide(inMemory)))

  it.effect("retries a query, which only reads", () =>
    Effect.gen(function*() {
      const { faults } = yield* OpenRouterEmulator
      yield* add("gen-1", since)
      yield* faults([{ status: 503 }, { status: 500 }])
      const fiber = yield* Effect.fork(ids({ since, until: since + day }))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Fiber.join(fiber), ["gen-1"])
    }).pipe(Effect.provide(inMemory)))

  it.effect("fails with the error of the request, such as without a management key", () =>
    Effect.gen(function*() {
      const { faults } = yield* OpenRouterEmulator
      yield* faults([{ status: 403 }])
      assert.deepInclude(yield* Effect.flip(ids({ since, until: since + day })), { reason: "Forbidden" })
    }).pipe(Effect.provide(inMemory)))

  it.effect("passes options on to the requests", () =>
    Effect.gen(function*() {
      yield* Stream.runDrain(Discovery.stream({ since, until: since + day }, { headers: { "x-tenant": "a" } }))
      const [request] = yield* (yield* OpenRouterEmulator).requests
      assert.strictEqual(request?.headers["x-tenant"], "a")
    }).pipe(Effect.provide(inMemory)))

  it.effect.each(
    [
      [{ since: "yesterday" }, "since"],
      [{ since: Number.NaN }, "since"],
      [{ since, until: "tomorrow" }, "until"],
      [{ since, until: since - 1 }, "since"],
      [null as unknown as Discovery.DiscoveryRange, "since"],
      [unreadable as Discovery.DiscoveryRange, "range.since"],
      [{ since, until: unreadable as Date }, "until"]
    ] as const
  )(
    "rejects the range %#",
    ([range, field]) =>
      Effect.map(Effect.flip(ids(range)), (error) => assert.deepInclude(error, { _tag: "InvalidRequestError", field }))
        .pipe(
          Effect.provide(inMemory)
        )
  )

  it.effect("takes counts as text, and skips a row without an id", () =>
    Effect.map(ids({ since, until: since + day }), (ids) => assert.deepStrictEqual(ids, ["gen-1"])).pipe(
      Effect.provide(responding(() => ({
        data: [{ generation_id: "gen-1", request_count: "1", date__day: null }, { generation_id: null }, {}],
        metadata: { query_time_ms: 1, row_count: 3, truncated: false },
        cachedAt: 1
      })))
    ))

  it.effect("emits an id on the border of two ranges once", () =>
    Effect.map(
      ids({ since, until: since + 62 * day }),
      (ids) => assert.deepStrictEqual(ids, ["gen-1", "gen-2", "gen-3"])
    ).pipe(
      Effect.provide(responding(({ start }) => ({
        data: [{ generation_id: Date.parse(start) === since ? "gen-1" : "gen-3" }, { generation_id: "gen-2" }].toSorted(
          (a, b) => a.generation_id.localeCompare(b.generation_id)
        ),
        metadata: { truncated: false }
      })))
    ))

  it.effect("treats a full response without metadata as truncated", () =>
    Effect.map(ids({ since, until: since + 2 }), (ids) => assert.lengthOf(ids, 2)).pipe(
      Effect.provide(responding(({ end, start }) => ({
        data: Date.parse(end) - Date.parse(start) > 1
          ? Array.from({ length: 1000 }, () => ({ generation_id: "gen-1" }))
          : [{ generation_id: `gen-${start}` }]
      })))
    ))

  it.effect("fails if one millisecond is truncated, instead of losing ids", () =>
    Effect.map(
      Effect.flip(ids({ since, until: since + 5 })),
      (error) => assert.deepInclude(error, { _tag: "ResponseValidationError", field: "metadata.truncated" })
    ).pipe(
      Effect.provide(responding(() => ({ data: [], metadata: { truncated: true } })))
    ))
})
