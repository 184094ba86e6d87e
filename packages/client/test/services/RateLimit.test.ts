// A limit in a real Redis: two processes, a machine whose clock is wrong, and a key that is lost.
import * as RateLimit from "@effect-openrouter/client/RateLimit"
import { withWallClock } from "@effect-openrouter/test-support"
import * as RateLimiter from "@effect/experimental/RateLimiter"
import * as RateLimiterRedis from "@effect/experimental/RateLimiter/Redis"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { Redis } from "ioredis"
import { fork } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("fleet.ts", import.meta.url))

/** Runs two processes that make `calls` calls each, at once; returns the times at which their requests arrived, in milliseconds. */
const runProcesses = async (calls: number, limit: number, window: number, keys: readonly [string, string]) => {
  const arrivals: Array<number> = []
  const server = createServer(({ url }, response) => {
    if (url !== "/warm-up") arrivals.push(performance.now())
    response.end("{\"data\":{\"id\":\"gen-1\"}}")
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const processes = keys.map((key) =>
    fork(program, [baseUrl, process.env["REDIS_PORT"] ?? "", ...[calls, limit, window].map(String), key], {
      execArgv: ["--import", "tsx"]
    })
  )
  await Promise.all(processes.map((child) => once(child, "message")))
  for (const child of processes) child.send("go")
  const codes = await Promise.all(processes.map((child) => once(child, "exit")))
  assert.deepStrictEqual(codes.map(([code]) => code), [0, 0])
  server.closeAllConnections()
  server.close()
  return arrivals
}

/** Returns the largest number of arrivals within a period of `stretch` milliseconds. */
const maxArrivals = (arrivals: ReadonlyArray<number>, stretch: number) =>
  Math.max(...arrivals.map((start) => arrivals.filter((time) => time >= start && time < start + stretch).length))

const timeout = 30_000

describe("RateLimit over Redis", () => {
  it("is shared by two processes", { timeout }, async () => {
    const arrivals = await runProcesses(9, 6, 1000, ["shared", "shared"])
    assert.lengthOf(arrivals, 18)
    // The windows are those of Redis and the machine may be busy, so a part of a window is compared.
    assert.isAtMost(maxArrivals(arrivals, 600), 6)
    assert.isAtLeast((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0), 1600)
  })

  it("is not shared by two processes with different keys", { timeout }, async () => {
    const arrivals = await runProcesses(9, 6, 1000, ["one", "other"])
    assert.lengthOf(arrivals, 18)
    assert.isAbove(maxArrivals(arrivals, 600), 6)
  })

  it("holds if the window is not a multiple of the limit", { timeout }, async () => {
    const arrivals = await runProcesses(3, 3, 1000, ["uneven", "uneven"])
    assert.lengthOf(arrivals, 6)
    assert.isAtMost(maxArrivals(arrivals, 600), 3)
  })

  const permit = (key: string) =>
    Effect.flatten(RateLimit.make({ key, limit: 3, window: "1 hour", storeTimeout: "20 seconds" }))

  /** Asks for permits at once; returns the number that was given in this window. */
  const take = (key: string, count: number) =>
    Effect.map(
      Effect.forEach(Array.from({ length: count }), () => Effect.timeoutOption(permit(key), "2 seconds"), {
        concurrency: "unbounded"
      }),
      (results) => results.filter(Option.isSome).length
    )

  const limiter = RateLimiter.layer.pipe(
    Layer.provide(RateLimiterRedis.layerStore({ host: "127.0.0.1", port: Number(process.env["REDIS_PORT"]) }))
  )

  it.live.each([-600_000, 600_000])(
    "does not depend on the clock of a machine that is wrong by %i ms",
    (skew) =>
      Effect.gen(function*() {
        const key = `skew${skew}`
        assert.strictEqual(yield* withWallClock(take(key, 1), () => skew), 1)
        assert.strictEqual(yield* take(key, 3), 2)
        assert.strictEqual(yield* withWallClock(take(key, 1), () => skew), 0)
      }).pipe(Effect.provide(limiter)),
    timeout
  )

  it.live("begins a new window if its key is lost, and holds in it", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* take("lost", 5), 3)
      yield* Effect.acquireUseRelease(
        Effect.sync(() => new Redis(Number(process.env["REDIS_PORT"]), "127.0.0.1")),
        (redis) => Effect.promise(() => redis.del("ratelimiter:lost")),
        (redis) => Effect.promise(() => redis.quit())
      )
      assert.strictEqual(yield* take("lost", 5), 3)
      assert.strictEqual(yield* take("lost", 1), 0)
    }).pipe(Effect.provide(limiter)), timeout)
})
