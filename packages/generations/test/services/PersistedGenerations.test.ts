// Records in a real Redis, in one that never responds, and in one that may only be read.
import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
import { apiKey, logged } from "@effect-openrouter/test-support"
import * as PersistenceRedis from "@effect/experimental/Persistence/Redis"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Scope } from "effect"
import { Redis, type RedisOptions } from "ioredis"
import { add, asked } from "../harness.js"
import { silentPort } from "./silentPort.js"

const redis: RedisOptions = { host: "127.0.0.1", port: Number(process.env["REDIS_PORT"]) }

const machine = (storeId: string, options: RedisOptions) =>
  PersistedGenerations.layer({ storeId }).pipe(
    Layer.provide(Generations.layer),
    Layer.provide(OpenRouterClient.layer({ apiKey })),
    Layer.provide(OpenRouterEmulator.layerHttpClient),
    Layer.provide(Layer.fresh(PersistenceRedis.layerResult(options)))
  )

/** Runs as a machine does, with a service and a connection to Redis of its own. */
const onMachine = <A, E, R>(effect: Effect.Effect<A, E, R>, storeId: string) =>
  Effect.provide(effect, machine(storeId, redis))

const withRedis = <A>(use: (redis: Redis) => Promise<A>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Redis(redis)),
    (redis) => Effect.promise(() => use(redis)),
    (redis) => Effect.promise(() => redis.quit())
  )

describe("PersistedGenerations over Redis", () => {
  it.live("requests a record once, on all machines and across restarts", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25, unknownFields: { speed: "fast" } })
      const record = yield* onMachine(Generations.get("gen-1"), "fleet")
      assert.deepStrictEqual(yield* onMachine(Generations.get("gen-1"), "fleet"), record)
      assert.deepStrictEqual(yield* onMachine(Generations.await("gen-1"), "fleet"), record)
      assert.strictEqual(yield* asked("gen-1"), 1)
      yield* onMachine(Generations.get("gen-1"), "another fleet")
      assert.strictEqual(yield* asked("gen-1"), 2)
      assert.notInclude(String(yield* withRedis((redis) => redis.get("fleet::gen-1"))), "sk-or")
    }).pipe(Effect.provide(OpenRouterEmulator.layer)))

  it.live("requests the record of an entry that cannot be read, and overwrites it", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* withRedis((redis) => redis.set("damaged::gen-1", "{\"_tag\":\"Succ"))
      const { messages } = yield* logged(onMachine(Generations.get("gen-1"), "damaged"))
      assert.lengthOf(messages, 1)
      yield* onMachine(Generations.get("gen-1"), "damaged")
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(OpenRouterEmulator.layer)))

  it.live("requests records if Redis never responds", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      // The scope stays open: this layer of Redis waits for the server when it is released.
      const scope = yield* Scope.make()
      const generations = yield* Layer.buildWithScope(
        machine("silent", { ...redis, port: yield* silentPort, retryStrategy: () => null }),
        scope
      )
      const calls = Effect.repeatN(Generations.get("gen-1"), 2)
      assert.lengthOf((yield* logged(Effect.provide(calls, generations))).messages, 1)
      assert.strictEqual(yield* asked("gen-1"), 3)
    }).pipe(Effect.scoped, Effect.provide(OpenRouterEmulator.layer)))

  it.live("returns records, with one warning, if Redis can be read but not written", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* add({ id: "gen-2", totalCost: 0.25 })
      yield* onMachine(Generations.get("gen-1"), "read-only")
      yield* withRedis((redis) =>
        redis.call("ACL", "SETUSER", "reader", "on", "nopass", "~*", "+@read", "+info", "+quit")
      )
      const calls = Effect.forEach(["gen-1", "gen-2", "gen-1", "gen-2"], (id) => Generations.get(id))
      const { messages } = yield* logged(
        Effect.provide(calls, machine("read-only", { ...redis, username: "reader", password: "any" }))
      )
      assert.lengthOf(messages, 1)
      assert.match(messages[0] ?? "", /^WARN The store read-only cannot be written, and records are not stored: NOPERM/)
      assert.deepStrictEqual([yield* asked("gen-1"), yield* asked("gen-2")], [1, 2])
    }).pipe(Effect.provide(OpenRouterEmulator.layer)))
})
