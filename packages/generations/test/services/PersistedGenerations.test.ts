// Records in a real Redis, in one that is not there, and in one that never answers.
import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
import * as PersistenceRedis from "@effect/experimental/Persistence/Redis"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Redacted, Scope } from "effect"
import { Redis, type RedisOptions } from "ioredis"
import { once } from "node:events"
import { type AddressInfo, createServer, type Socket } from "node:net"
import { add, asked } from "../harness.js"

const redis: RedisOptions = { host: "127.0.0.1", port: Number(process.env["REDIS_PORT"]) }

const machine = (storeId: string, options: RedisOptions) =>
  PersistedGenerations.layer({ storeId }).pipe(
    Layer.provide(Generations.layer),
    Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-0123456789abcdef") })),
    Layer.provide(OpenRouterEmulator.layerHttpClient),
    Layer.provide(Layer.fresh(PersistenceRedis.layerResult(options)))
  )

/** Runs as a machine of its own: with a service and a connection to Redis that no other has. */
const onMachine = <A, E, R>(effect: Effect.Effect<A, E, R>, storeId: string) =>
  Effect.provide(effect, machine(storeId, redis))

const withRedis = <A>(use: (redis: Redis) => Promise<A>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Redis(redis)),
    (redis) => Effect.promise(() => use(redis)),
    (redis) => Effect.promise(() => redis.quit())
  )

const warnings = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const messages: Array<string> = []
    const logger = Logger.make(({ message }) => void messages.push(String(message)))
    return Effect.as(Effect.provide(effect, Logger.replace(Logger.defaultLogger, logger)), messages)
  })

/** Where something accepts connections and never says a word. */
const silentPort = Effect.acquireRelease(
  Effect.promise(async () => {
    const sockets: Array<Socket> = []
    const server = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1")
    await once(server, "listening")
    return { server, sockets }
  }),
  ({ server, sockets }) =>
    Effect.sync(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
).pipe(Effect.map(({ server }) => (server.address() as AddressInfo).port))

describe("PersistedGenerations over Redis", () => {
  it.live("asks once, on all machines and after a restart", () =>
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

  it.live("asks again for an entry that cannot be read, and mends it", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* withRedis((redis) => redis.set("spoilt::gen-1", "{\"_tag\":\"Succ"))
      const messages = yield* warnings(onMachine(Generations.get("gen-1"), "spoilt"))
      assert.lengthOf(messages, 1)
      yield* onMachine(Generations.get("gen-1"), "spoilt")
      assert.strictEqual(yield* asked("gen-1"), 1)
    }).pipe(Effect.provide(OpenRouterEmulator.layer)))

  it.live("asks where no Redis is there, and where one never answers", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      for (const port of [yield* silentPort, 1]) {
        // The scope stays open: Redis's own layer waits for the server's goodbye.
        const scope = yield* Scope.make()
        const options = { ...redis, port, retryStrategy: () => null }
        const generations = yield* Layer.buildWithScope(machine("down", options), scope)
        const calls = Effect.repeatN(Generations.get("gen-1"), 2)
        assert.lengthOf(yield* warnings(Effect.provide(calls, generations)), 1)
      }
      assert.strictEqual(yield* asked("gen-1"), 6)
    }).pipe(Effect.scoped, Effect.provide(OpenRouterEmulator.layer)))
})
