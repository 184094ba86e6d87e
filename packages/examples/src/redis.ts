/**
 * Records and a rate limit in Redis, which machines share. Everything works while Redis is down: see docs/redis.md.
 */
import * as Persistence from "@effect/experimental/Persistence"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import { Config, Context, Duration, Effect, Layer, Option } from "effect"
import { Redis } from "ioredis"

/** The connection, to `REDIS_URL`. */
class Connection extends Context.Tag("Connection")<Connection, Redis>() {
  static readonly layer = Layer.scoped(
    this,
    Effect.gen(function*() {
      const url = yield* Config.withDefault(Config.string("REDIS_URL"), "redis://localhost:6379")
      const redis = yield* Effect.acquireRelease(
        Effect.sync(() => new Redis(url, { maxRetriesPerRequest: 1 })),
        // Not `quit`, which waits for the server and fails if it is down.
        (redis) => Effect.sync(() => redis.disconnect())
      )
      // Without a listener, ioredis prints every failed attempt to connect.
      return redis.on("error", () => {})
    })
  )
}

const run = <A>(method: string, use: () => Promise<A>) =>
  Effect.tryPromise({ try: use, catch: (cause) => Persistence.PersistenceBackingError.make(method, cause) })

/** Records: the keys are `storeId:id`, the values JSON. */
const Store = Layer.effect(
  Persistence.BackingPersistence,
  Effect.map(Connection, (redis) => {
    const make = (storeId: string): Persistence.BackingPersistenceStore => {
      const get = (key: string) =>
        run("get", async () => {
          const text = await redis.get(`${storeId}:${key}`)
          return Option.map(Option.fromNullable(text), (text): unknown => JSON.parse(text))
        })
      const set = (key: string, value: unknown, ttl: Option.Option<Duration.Duration>) =>
        run("set", () => {
          const text = JSON.stringify(value)
          return Option.isNone(ttl)
            ? redis.set(`${storeId}:${key}`, text)
            : redis.set(`${storeId}:${key}`, text, "PX", Math.ceil(Duration.toMillis(ttl.value)))
        })
      return {
        get,
        set,
        getMany: Effect.forEach(get),
        setMany: Effect.forEach((entry) => set(...entry)),
        remove: (key) => run("remove", () => redis.del(`${storeId}:${key}`)),
        clear: Effect.dieMessage("The store is shared and not cleared")
      }
    }
    return {
      [Persistence.BackingPersistenceTypeId]: Persistence.BackingPersistenceTypeId,
      make: (storeId) => Effect.succeed(make(storeId))
    }
  })
)

/** The rate limit: one key, which lives for the windows that are taken, by the clock of Redis. */
const Limits = Layer.effect(
  RateLimiter.RateLimiterStore,
  Effect.map(Connection, (redis) => {
    const script = `
      local count = redis.call("INCRBY", KEYS[1], ARGV[1])
      local left = math.max(redis.call("PTTL", KEYS[1]), 0) + ARGV[1] * ARGV[2]
      redis.call("PEXPIRE", KEYS[1], left)
      return { count, left }`
    return {
      fixedWindow: ({ key, refillRate, tokens }) =>
        Effect.tryPromise({
          try: () =>
            redis.eval(script, 1, `ratelimit:${key}`, tokens, Duration.toMillis(refillRate)) as Promise<
              [number, number]
            >,
          catch: (cause) => new RateLimiter.RateLimitStoreError({ message: "The script failed", cause })
        }),
      tokenBucket: () => Effect.dieMessage("RateLimit does not use it")
    }
  })
)

/** Both over one connection. */
export const layer = Layer.mergeAll(
  Layer.provide(Persistence.layerResult, Store),
  Layer.provide(RateLimiter.layer, Limits)
).pipe(Layer.provide(Connection.layer))
