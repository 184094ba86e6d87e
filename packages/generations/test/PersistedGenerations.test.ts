import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { CachedGenerations, Generations } from "@effect-openrouter/generations"
import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
import { apiKey, logged } from "@effect-openrouter/test-support"
import * as Persistence from "@effect/experimental/Persistence"
import { FileSystem, KeyValueStore } from "@effect/platform"
import { NodeContext, NodeKeyValueStore } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Config, ConfigProvider, Duration, Effect, Fiber, Layer, Option, TestClock } from "effect"
import { backing } from "./backing.js"
import { add, asked, record } from "./harness.js"

const persisted = (options?: PersistedGenerations.PersistedGenerationsOptions) =>
  PersistedGenerations.layer(options).pipe(
    Layer.provide(Generations.layer),
    Layer.provide(OpenRouterClient.layer({ apiKey })),
    Layer.provide(OpenRouterEmulator.layerHttpClient)
  )

/** Runs with a service of its own, as after a restart. */
const afterStart = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  options?: PersistedGenerations.PersistedGenerationsOptions
) => Effect.provide(effect, persisted(options))

const inMemory = Layer.merge(OpenRouterEmulator.layer, Persistence.layerResultMemory)

/** A store of text that a test can read and overwrite. */
const overText = Layer.merge(
  OpenRouterEmulator.layer,
  Layer.provideMerge(Persistence.layerResultKeyValueStore, KeyValueStore.layerMemory)
)

const onDisk = Layer.unwrapScoped(
  Effect.gen(function*() {
    const folder = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
    return Layer.merge(
      OpenRouterEmulator.layer,
      Layer.provide(Persistence.layerResultKeyValueStore, NodeKeyValueStore.layerFileSystem(folder))
    )
  })
).pipe(Layer.provide(NodeContext.layer))

/** The text of an entry, or `null`. */
const readEntry = (key: string) =>
  Effect.map(
    Effect.flatMap(KeyValueStore.KeyValueStore, (store) => store.get(key)),
    (text) => Option.isOption(text) ? Option.getOrNull(text) : text ?? null
  )
const entryKey = "openrouter-generations:gen-1"
const store = (text: string) => Effect.flatMap(KeyValueStore.KeyValueStore, (store) => store.set(entryKey, text))

/** A store of the test. */
const overBacking = (store: Parameters<typeof backing>[0]) => Layer.merge(OpenRouterEmulator.layer, backing(store))

describe.each([
  ["over memory", inMemory],
  ["over a KeyValueStore in memory", overText],
  ["over a KeyValueStore on the file system", onDisk]
])("PersistedGenerations %s", (_, environment) => {
  it.effect("requests a finished record once, also across a restart", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25, unknownFields: { speed: "fast" } })
      const record = yield* afterStart(Generations.get("gen-1"))
      assert.strictEqual(record.totalCost, 0.25)
      assert.deepStrictEqual(yield* afterStart(Generations.get("gen-1")), record)
      assert.deepStrictEqual(yield* afterStart(Generations.await("gen-1")), record)
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(environment)))

  it.effect("does not store a failure, a 404, or a record whose cost is not known yet", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 403 }])
      assert.deepInclude(yield* Effect.flip(afterStart(Generations.get("gen-1"))), { reason: "Forbidden" })
      assert.deepInclude(yield* Effect.flip(afterStart(Generations.get("gen-1"))), { reason: "NotFound" })
      yield* add({ id: "gen-1", totalCost: null })
      assert.isNull((yield* afterStart(Generations.get("gen-1"))).totalCost)
      yield* add({ id: "gen-1", totalCost: 0.25 })
      assert.strictEqual((yield* afterStart(Generations.get("gen-1"))).totalCost, 0.25)
    }).pipe(Effect.provide(environment)))

  it.effect("does not mix the records of two stores whose names begin alike", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* afterStart(Generations.get("gen-1"), { storeId: "team-a2" })
      assert.deepInclude(yield* Effect.flip(afterStart(Generations.get("2gen-1"), { storeId: "team-a" })), {
        reason: "NotFound"
      })
    }).pipe(Effect.provide(environment)))

  it.effect("does not mix the records of two stores, and holds each for `timeToLive`", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const get = (storeId: string) => afterStart(Generations.get("gen-1"), { storeId, timeToLive: "1 minute" })
      for (const storeId of ["a", "b", "a", "b"]) yield* get(storeId)
      assert.strictEqual(yield* asked("gen-1"), 2)
      yield* TestClock.adjust("1 minute")
      yield* get("a")
      assert.strictEqual(yield* asked("gen-1"), 3)
    }).pipe(Effect.provide(environment)))
})

describe("PersistedGenerations", () => {
  it.effect("shares the request of equal calls in flight", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* emulator.faults([{ delay: "3 seconds" }])
      const all = Effect.forEach([1, 2, 3], () => Generations.get("gen-1"), { concurrency: "unbounded" })
      const fiber = yield* Effect.fork(afterStart(all))
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(new Set(yield* Fiber.join(fiber)).size, 1)
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("is bypassed by a call with its own `baseUrl`", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const elsewhere = { baseUrl: "http://localhost:1/api/v1" }
      for (const options of [elsewhere, undefined, elsewhere, undefined]) {
        yield* afterStart(Generations.get("gen-1", options))
      }
      assert.strictEqual(yield* asked("gen-1"), 3)
    }).pipe(Effect.provide(inMemory)))

  it.effect("reads the records of an older version, with fewer fields, and of a newer one", () =>
    Effect.gen(function*() {
      const value = { id: "gen-1", total_cost: 0.25, created_at: "2025-08-01T00:00:00Z", speed: "fast" }
      yield* store(JSON.stringify([{ _tag: "Success", value }, null]))
      const record = yield* afterStart(Generations.get("gen-1"))
      assert.deepInclude(record, { totalCost: 0.25, model: null, cancelled: null, unknownFields: { speed: "fast" } })
      assert.strictEqual(record.createdAt?.epochMillis, Date.UTC(2025, 7, 1))
      assert.strictEqual(yield* asked("gen-1"), 0)
    }).pipe(Effect.provide(overText)))

  it.effect("stores what OpenRouter sends, and nothing of the key", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25, unknownFields: { speed: "fast" } })
      yield* afterStart(Generations.get("gen-1"))
      const [entry, expires] = JSON.parse(String(yield* readEntry(entryKey)))
      assert.deepInclude(entry.value, { id: "gen-1", total_cost: 0.25, speed: "fast" })
      assert.deepStrictEqual([entry._tag, expires], ["Success", null])
    }).pipe(Effect.provide(overText)))

  it.effect.each([
    "[{\"_tag\":\"Success\",\"value\":{\"id\":\"gen-1\",\"total_cost\":\"0.25\"}},null]",
    "[{\"_tag\":\"Success\",\"value\":{}},null]",
    "[{\"_tag\":\"Failure\",\"cause\":{\"_tag\":\"Die\",\"defect\":\"secret\"}},null]",
    "[\"secret\",null]",
    "[{},null]",
    "[{\"_tag\":\"Succ",
    ""
  ])("requests the record of an entry that cannot be read, and overwrites it: %s", (text) =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* store(text)
      const get = Effect.map(Generations.get("gen-1"), ({ totalCost }) => assert.strictEqual(totalCost, 0.25))
      const { messages } = yield* logged(afterStart(Effect.zipRight(get, get)))
      assert.deepStrictEqual(messages, [
        "WARN An entry of the store cannot be read, and the record is requested again,[object Object]"
      ])
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(overText)))

  it.effect("does not return an entry that holds the record of another id, warns, and overwrites it", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* store(JSON.stringify([{ _tag: "Success", value: { id: "GEN-1", total_cost: 9 } }, null]))
      const get = Effect.map(Generations.get("gen-1"), (record) => {
        assert.deepInclude(record, { id: "gen-1", totalCost: 0.25 })
      })
      const { messages } = yield* logged(afterStart(Effect.zipRight(get, get)))
      assert.deepStrictEqual(messages, [
        "WARN An entry of the store holds the record of another id, and the record is requested again,[object Object]"
      ])
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(overText)))

  it.effect("does not store a record of another id", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 200, body: { data: { id: "gen-2", total_cost: 0.25 } } }])
      assert.strictEqual((yield* afterStart(Generations.get("gen-1"))).id, "gen-2")
      assert.isNull(yield* readEntry(entryKey))
    }).pipe(Effect.provide(overText)))

  const fails = () => Effect.fail("OOM")
  const dies = () => Effect.die(new Error("OOM"))
  const none = () => Effect.succeed(null)
  const cannotRead = "WARN The store openrouter-generations cannot be read, and records are requested instead: OOM"
  const cannotWrite = "WARN The store openrouter-generations cannot be written, and records are not stored: OOM"

  it.effect.each(
    [
      ["fails", { get: fails, set: fails }, [cannotRead, cannotWrite]],
      ["dies", { get: dies, set: dies }, [cannotRead, cannotWrite]],
      ["can be read only", { get: none, set: fails }, [cannotWrite]],
      ["can be written only", { get: fails, set: () => Effect.void }, [cannotRead]]
    ] as const
  )(
    "requests records if the store %s, with one warning for reads and one for writes",
    ([, backing, expected]) =>
      Effect.gen(function*() {
        yield* add({ id: "gen-1", totalCost: 0.25 })
        const { messages } = yield* logged(afterStart(Effect.repeatN(Generations.get("gen-1"), 2)))
        assert.deepStrictEqual(messages, [...expected])
        assert.strictEqual(yield* asked("gen-1"), 3)
      }).pipe(Effect.provide(overBacking(backing)))
  )

  it.effect.each(
    [
      ["an interruptible region", Effect.interruptible],
      ["an uninterruptible region", Effect.uninterruptible]
    ] as const
  )(
    "requests records if the store does not respond in time, and bypasses it for a while, in %s",
    ([, region]) =>
      Effect.gen(function*() {
        yield* add({ id: "gen-1", totalCost: 0.25 })
        const timed = Effect.map(Effect.timed(Generations.get("gen-1")), ([elapsed]) => Duration.toMillis(elapsed))
        const run = Effect.gen(function*() {
          const fiber = yield* Effect.fork(region(Effect.all([timed, timed, timed])))
          yield* Effect.replicateEffect(TestClock.adjust("200 millis"), 3)
          assert.deepStrictEqual(yield* Fiber.join(fiber), [200, 0, 0])
        })
        const { messages } = yield* logged(afterStart(run, { storeTimeout: Duration.millis(200) }))
        assert.lengthOf(messages, 1)
        assert.include(messages[0], "no response within 200ms")
      }).pipe(Effect.provide(overBacking({ get: () => Effect.never, set: () => Effect.never })))
  )

  it.effect("counts the time of the store as a part of `within`", () =>
    Effect.gen(function*() {
      const awaited = Effect.timed(Effect.flip(Generations.await("gen-1", { within: "5 seconds" })))
      const fiber = yield* Effect.fork(afterStart(awaited))
      yield* TestClock.adjust("1 minute")
      const [elapsed, error] = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "GenerationNotVisibleError", elapsed: Duration.seconds(5) })
      assert.strictEqual(Duration.toSeconds(elapsed), 5)
    }).pipe(Effect.provide(overBacking({ get: () => Effect.never, set: () => Effect.never }))))

  it.effect("is read by a cache in memory, which reads it once", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const inFront = Layer.provide(CachedGenerations.layer(), persisted())
      for (let start = 0; start < 3; start++) {
        yield* Effect.provide(Effect.repeatN(Generations.get("gen-1"), 2), inFront)
      }
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("takes its options from a Config", () =>
    Effect.gen(function*() {
      yield* Generations.get("gen-1")
      assert.isString(yield* readEntry("team-a:gen-1"))
    }).pipe(
      Effect.provide(Layer.provideMerge(
        PersistedGenerations.layerConfig({ storeId: Config.string("STORE_ID") }),
        Layer.merge(overText, Layer.mock(Generations, { get: () => Effect.succeed(record({ id: "gen-1", usage: 1 })) }))
      )),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["STORE_ID", "team-a"]])))
    ))

  it.effect.each(
    [
      ["timeToLive", { timeToLive: 0 }],
      ["storeTimeout", { storeTimeout: Number.NaN }],
      ["storeId", { storeId: Symbol("no") as unknown as string }],
      ["shareInFlight", { shareInFlight: 1 as unknown as boolean }]
    ] as const
  )("fails when the layer is built if its %s is invalid", ([field, options]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(afterStart(Generations.get("gen-1"), options))
      assert.deepInclude(error, { _tag: "InvalidRequestError", field })
    }).pipe(Effect.provide(inMemory)))
})
