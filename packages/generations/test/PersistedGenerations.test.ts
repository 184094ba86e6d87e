import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
import * as Persistence from "@effect/experimental/Persistence"
import { FileSystem, KeyValueStore } from "@effect/platform"
import { NodeContext, NodeKeyValueStore } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Layer, Logger, Option, Redacted, TestClock } from "effect"
import { add, asked } from "./harness.js"

const persisted = (options?: PersistedGenerations.PersistedGenerationsOptions) =>
  PersistedGenerations.layer(options).pipe(
    Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-0123456789abcdef") })),
    Layer.provide(OpenRouterEmulator.layerHttpClient)
  )

/** Runs with a service that is built anew, as after a restart. */
const afterStart = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  options?: PersistedGenerations.PersistedGenerationsOptions
) => Effect.provide(effect, persisted(options))

const inMemory = Layer.merge(OpenRouterEmulator.layer, Persistence.layerResultMemory)

/** Text of which a test can see, and spoil, every bit. */
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

const stored = Effect.flatMap(KeyValueStore.KeyValueStore, (store) => store.get("openrouter-generations:gen-1"))
const store = (text: string) =>
  Effect.flatMap(KeyValueStore.KeyValueStore, (store) => store.set("openrouter-generations:gen-1", text))

const warnings = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const messages: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void messages.push(`${logLevel.label} ${String(message)}`))
    return Effect.as(Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)), messages)
  })

/** A store that does as it is told. */
const overBacking = (store: Partial<Persistence.BackingPersistenceStore>) =>
  Layer.merge(
    OpenRouterEmulator.layer,
    Layer.provide(
      Persistence.layerResult,
      Layer.succeed(Persistence.BackingPersistence, {
        [Persistence.BackingPersistenceTypeId]: Persistence.BackingPersistenceTypeId,
        make: () => Effect.succeed(store as Persistence.BackingPersistenceStore)
      })
    )
  )

describe.each([
  ["over memory", inMemory],
  ["over a KeyValueStore in memory", overText],
  ["over a KeyValueStore on the file system", onDisk]
])("PersistedGenerations %s", (_, environment) => {
  it.effect("asks once for a record that is finished, and not after a restart either", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25, unknownFields: { speed: "fast" } })
      const record = yield* afterStart(Generations.get("gen-1"))
      assert.strictEqual(record.totalCost, 0.25)
      assert.deepStrictEqual(yield* afterStart(Generations.get("gen-1")), record)
      assert.deepStrictEqual(yield* afterStart(Generations.await("gen-1")), record)
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(environment)))

  it.effect("keeps no failure, no 404, and no record whose cost is not known yet", () =>
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

  it.effect("keeps the records of two stores apart whose names begin alike", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* afterStart(Generations.get("gen-1"), { storeId: "team-a2" })
      assert.deepInclude(yield* Effect.flip(afterStart(Generations.get("2gen-1"), { storeId: "team-a" })), {
        reason: "NotFound"
      })
    }).pipe(Effect.provide(environment)))

  it.effect("keeps the records of two stores apart, and each for as long as it may", () =>
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
  it.effect("asks once for equal ids in flight", () =>
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

  it.effect("passes the store by where a call goes elsewhere", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const elsewhere = { baseUrl: "http://localhost:1/api/v1" }
      for (const options of [elsewhere, undefined, elsewhere, undefined]) {
        yield* afterStart(Generations.get("gen-1", options))
      }
      assert.strictEqual(yield* asked("gen-1"), 3)
    }).pipe(Effect.provide(inMemory)))

  it.effect("reads what an older version wrote, with fewer fields, and what a newer one did", () =>
    Effect.gen(function*() {
      const value = { id: "gen-1", total_cost: 0.25, created_at: "2025-08-01T00:00:00Z", speed: "fast" }
      yield* store(JSON.stringify([{ _tag: "Success", value }, null]))
      const record = yield* afterStart(Generations.get("gen-1"))
      assert.deepInclude(record, { totalCost: 0.25, model: null, cancelled: null, unknownFields: { speed: "fast" } })
      assert.strictEqual(record.createdAt?.epochMillis, Date.UTC(2025, 7, 1))
      assert.strictEqual(yield* asked("gen-1"), 0)
    }).pipe(Effect.provide(overText)))

  it.effect("writes what OpenRouter sends, and nothing of the key", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25, unknownFields: { speed: "fast" } })
      yield* afterStart(Generations.get("gen-1"))
      const [entry, expires] = JSON.parse(Option.getOrThrow(yield* stored))
      assert.deepInclude(entry.value, { id: "gen-1", total_cost: 0.25, speed: "fast" })
      assert.deepStrictEqual([entry._tag, expires], ["Success", null])
    }).pipe(Effect.provide(overText)))

  it.effect.each([
    "[{\"_tag\":\"Success\",\"value\":{\"id\":\"gen-1\",\"total_cost\":\"0.25\"}},null]",
    "[{\"_tag\":\"Success\",\"value\":{}},null]",
    "[{\"_tag\":\"Failure\",\"cause\":{\"_tag\":\"Die\",\"defect\":\"secret\"}},null]",
    "[\"secret\",null]",
    "[]",
    "[{\"_tag\":\"Succ",
    ""
  ])("asks again for an entry that cannot be read, and mends it: %s", (text) =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* store(text)
      const get = Effect.map(Generations.get("gen-1"), ({ totalCost }) => assert.strictEqual(totalCost, 0.25))
      const messages = yield* warnings(afterStart(Effect.zipRight(get, get)))
      assert.deepStrictEqual(messages, ["WARN A kept record cannot be read, and is asked for again,[object Object]"])
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(overText)))

  const down = Effect.fail(Persistence.PersistenceBackingError.make("get", new Error("ECONNREFUSED")))

  it.effect.each(
    [
      ["fails", { get: () => down, set: () => down }],
      ["dies", { get: () => Effect.die(new Error("ECONNREFUSED")), set: () => Effect.die(new Error("ECONNREFUSED")) }]
    ] as const
  )("asks where the store %s, with one warning", ([, backing]) =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const messages = yield* warnings(afterStart(Effect.repeatN(Generations.get("gen-1"), 2)))
      assert.deepStrictEqual(messages, [
        "WARN The store openrouter-generations is down, and records are asked for instead: ECONNREFUSED"
      ])
      assert.strictEqual(yield* asked("gen-1"), 3)
    }).pipe(Effect.provide(overBacking(backing))))

  it.effect("asks where the store does not answer in time, and leaves it alone for a while", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      const timed = Effect.gen(function*() {
        const started = yield* Clock.currentTimeMillis
        yield* Generations.get("gen-1")
        return (yield* Clock.currentTimeMillis) - started
      })
      const run = Effect.gen(function*() {
        const fiber = yield* Effect.fork(Effect.all([timed, timed, timed]))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* Fiber.join(fiber), [200, 0, 0])
      })
      const messages = yield* warnings(afterStart(run, { storeTimeout: Duration.millis(200) }))
      assert.lengthOf(messages, 1)
      assert.include(messages[0], "no answer within 200ms")
    }).pipe(Effect.provide(overBacking({ get: () => Effect.never, set: () => Effect.never }))))

  it.effect.each(
    [
      ["timeToLive", { timeToLive: 0 }],
      ["storeTimeout", { storeTimeout: Number.NaN }]
    ] as const
  )("fails each call for a record where its %s makes no sense", ([field, options]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(afterStart(Generations.get("gen-1"), options))
      assert.deepInclude(error, { _tag: "InvalidRequestError", field })
    }).pipe(Effect.provide(inMemory)))
})
