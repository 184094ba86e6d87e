/**
 * Records and a rate limit in Redis, which machines share. Everything works while Redis is down: see docs/redis.md.
 */
import { Config, Effect, Layer } from "effect"
import { Persistence, RateLimiter, Redis } from "effect/persistence"
import { Redis as Client } from "ioredis"

/** The `Redis` of Effect, at `REDIS_URL`, over a client that starts, and connects again, while Redis is down. */
const Connection = Layer.effect(
  Redis.Redis,
  Effect.gen(function*() {
    const url = yield* Config.withDefault(Config.String("REDIS_URL"), "redis://localhost:6379")
    const client = yield* Effect.acquireRelease(
      Effect.sync(() => new Client(url, { maxRetriesPerRequest: 1 })),
      // Not `quit`, which waits for the server and fails if it is down.
      (client) => Effect.sync(() => client.disconnect())
    )
    // Without a listener, ioredis prints every failed attempt to connect.
    client.on("error", () => {})
    const unused = Effect.die(new Error("Records and limits use no connection of their own"))
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

/** Records, with the keys `storeId::id`, and the rate limit, by the clock of Redis. */
export const layer = Layer.mergeAll(
  Persistence.layerRedis,
  Layer.provide(RateLimiter.layer, RateLimiter.layerStoreRedis({ prefix: "ratelimit:" }))
).pipe(Layer.provide(Connection))
