// The service in a process of its own, with a real Postgres. It is killed between the two writes of an order.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Schedule } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { createDatabase, postgres } from "./postgres.js"

const program = fileURLToPath(new URL("../../src/orders-api.ts", import.meta.url))

/** Starts the service, and returns its address and how to kill it. */
const start = (databaseUrl: string) =>
  Effect.gen(function*() {
    const baseUrl = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))
    const child = spawn(process.execPath, ["--import", "tsx", program], {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        OPENROUTER_API_KEY: "sk-or-v1-example",
        OPENROUTER_BASE_URL: baseUrl,
        PORT: "0"
      },
      stdio: ["ignore", "pipe", "inherit"]
    })
    yield* Effect.addFinalizer(() => Effect.sync(() => child.kill("SIGKILL")))
    const port = yield* Effect.async<string>((resume) => {
      child.once("exit", (code) => resume(Effect.dieMessage(`the service ended with ${code}`)))
      createInterface(child.stdout).on("line", (line) => {
        const [, port] = /Listening on http:\/\/.+:(\d+)/.exec(line) ?? []
        if (port !== undefined) resume(Effect.succeed(port))
      })
    })
    const url = `http://127.0.0.1:${port}/orders`
    const kill = Effect.promise(() => {
      child.kill("SIGKILL")
      return once(child, "exit")
    })
    return { url, kill }
  })

const post = (url: string, order: object) =>
  Effect.promise(() =>
    fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(order) })
      .then(({ status }) => status, () => null)
  )

const served = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.orDie
)

const poll = Schedule.spaced("50 millis")

describe("the orders of a service with a ledger in its Postgres", () => {
  it.scopedLive(
    "are stored with their generations or not at all, and their costs arrive after a kill",
    () =>
      Effect.gen(function*() {
        const databaseUrl = yield* createDatabase
        const emulator = yield* OpenRouterEmulator
        for (const id of ["gen-1", "gen-3", "gen-4"]) yield* emulator.add({ id, totalCost: 0.1, isByok: false })

        const checks = Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const readOrders = sql<{ readonly id: string }>`SELECT id FROM orders ORDER BY id`
          const readNoted = sql<{ readonly id: string; readonly order: string }>`
          SELECT id, tags ->> 'order' AS order FROM openrouter_ledger ORDER BY id`

          const first = yield* start(databaseUrl)
          assert.strictEqual(yield* post(first.url, { id: "a", item: "book", generations: ["gen-1", "gen-2"] }), 201)
          assert.strictEqual(yield* post(first.url, { id: "bad", item: "book", generations: ["sk-or-v1-key"] }), 422)

          // The second write of the next order waits for this lock, so that the kill comes between both.
          const interrupted = yield* sql.withTransaction(Effect.gen(function*() {
            yield* sql`LOCK TABLE openrouter_ledger IN EXCLUSIVE MODE`
            const posting = yield* Effect.fork(post(first.url, { id: "b", item: "pen", generations: ["gen-3"] }))
            // Without it the transaction would see the same activity again and again.
            const clear = sql`SELECT pg_stat_clear_snapshot()`
            const waiting =
              sql`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE 'insert%ledger%'`
            yield* Effect.repeat(Effect.zipRight(clear, waiting), { until: (rows) => rows.length > 0, schedule: poll })
            yield* first.kill
            return yield* Fiber.join(posting)
          }))
          assert.isNull(interrupted)
          // The first process has not seen it, so the second one must settle it.
          yield* emulator.add({ id: "gen-2", totalCost: 0.2, isByok: false })

          const second = yield* start(databaseUrl)
          assert.strictEqual(yield* post(second.url, { id: "c", item: "cup", generations: ["gen-4"] }), 201)
          assert.deepStrictEqual(yield* readOrders, [{ id: "a" }, { id: "c" }])
          assert.deepStrictEqual(yield* readNoted, [
            { id: "gen-1", order: "a" },
            { id: "gen-2", order: "a" },
            { id: "gen-4", order: "c" }
          ])

          const getCost = Effect.promise(() => fetch(`${second.url}/a/cost`).then((response) => response.json()))
          yield* Effect.repeat(getCost, { until: ({ unknown }) => unknown === 0, schedule: poll })
          assert.deepStrictEqual(yield* getCost, { usd: "0.3", known: 2, unknown: 0 })
          assert.strictEqual(yield* post(second.url, { id: "b", item: "pen", generations: ["gen-3"] }), 201)
        })
        yield* Effect.provide(checks, postgres(databaseUrl))
      }).pipe(Effect.provide(served)),
    180_000
  )
})
