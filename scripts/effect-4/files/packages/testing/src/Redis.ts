// The stores in Redis: records over ioredis as docs/redis.md has it, limits over `NodeRedis`.
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Persistence from "effect/persistence/Persistence"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redis from "effect/persistence/Redis"
import { Redis as Client, type RedisOptions } from "ioredis"

/** Starts while the server is down, too, which `NodeRedis` does not. */
const overClient = (options: RedisOptions) =>
  Layer.effect(
    Redis.Redis,
    Effect.gen(function*() {
      const client = yield* Effect.acquireRelease(
        Effect.sync(() => new Client(options)),
        (client) => Effect.sync(() => client.disconnect())
      )
      client.on("error", () => {})
      const unused = Effect.die(new Error("neither store uses it"))
      return yield* Redis.make({
        send: <A>(command: string, ...args: ReadonlyArray<string>) =>
          Effect.tryPromise({
            try: () => client.call(command, ...args) as Promise<A>,
            catch: (cause) => new Redis.RedisError({ cause })
          }),
        connect: unused,
        subscribe: () => unused
      })
    })
  )

/** Records. */
export const persistence = (options: RedisOptions) => Layer.provide(Persistence.layerRedis, overClient(options))

/** Limits. */
export const limiterStore = ({ host, port }: { readonly host: string; readonly port: number }) =>
  Layer.provide(RateLimiter.layerStoreRedis(), Layer.orDie(NodeRedis.layer({ socket: { host, port } })))
