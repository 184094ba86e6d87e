import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { FileSystem, HttpServer, HttpServerRequest } from "@effect/platform"
import { NodeContext, NodeHttpServer } from "@effect/platform-node"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { createDatabase, postgres } from "./postgres.js"

const job = fileURLToPath(new URL("../../src/nightly.ts", import.meta.url))

const models = ["openai/gpt-4o", "anthropic/claude-sonnet-4.5"]

/** Half an hour before and after midnight in Berlin. */
const times = ["2026-11-21T22:30:00Z", "2026-11-21T23:30:00Z"]

/** Starts the emulator with `count` records of 0.1 USD. `onRequest` is called with the number of each request. */
const start = (count: number, prefix: string, onRequest: (number: number) => void = () => {}) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const ids = Array.from({ length: count }, (_, index) => `gen-${prefix}-${index}`)
    for (const [index, id] of ids.entries()) {
      yield* emulator.add({
        id,
        model: models[index % 2] ?? null,
        createdAt: times[Math.floor(index / 2) % 2],
        totalCost: 0.1,
        isByok: false
      })
    }
    yield* fs.writeFileString(join(folder, "ids.txt"), ids.join("\n"))

    const requests: Array<string> = []
    const countRequest = Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) => {
      requests.push(url)
      onRequest(requests.length)
    })
    yield* HttpServer.serveEffect(Effect.zipRight(countRequest, emulator.httpApp))
    const baseUrl = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))

    const run = (databaseUrl: string, redisUrl = `redis://127.0.0.1:${process.env["REDIS_PORT"]}`) =>
      spawn(process.execPath, ["--import", "tsx", job, join(folder, "ids.txt")], {
        env: {
          ...process.env,
          DATABASE_URL: databaseUrl,
          OPENROUTER_API_KEY: "sk-or-v1-example",
          OPENROUTER_BASE_URL: baseUrl,
          REDIS_URL: redisUrl,
          REQUESTS_PER_SECOND: "2000"
        },
        stdio: ["ignore", "pipe", "inherit"]
      })
    return { requests, run }
  })

const served = Layer.mergeAll(
  OpenRouterEmulator.layer,
  NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }),
  NodeContext.layer
)

/** Waits for the end of a job, and returns its exit code and output. */
const finish = (job: ReturnType<typeof spawn>) =>
  Effect.promise(async () => {
    const [[code], output] = await Promise.all([once(job, "exit"), job.stdout === null ? "" : text(job.stdout)])
    return { code, output }
  })

const expectedReport = (count: number) =>
  ["2026-11-21", "2026-11-22"].flatMap((day) =>
    models.map((model) => `${day} ${model}: ${count / 4} for $${count / 40}, 0 unknown`)
  ).toSorted()

const readReport = (output: string) => output.split("\n").filter((line) => line.startsWith("2026-")).toSorted()

describe("the nightly job", () => {
  it.scopedLive(
    "settles 10,000 ids with exact costs, and after a kill requests only what is missing",
    () =>
      Effect.gen(function*() {
        const killed: { current: ReturnType<typeof spawn> | null } = { current: null }
        const databaseUrl = yield* createDatabase
        const { requests, run } = yield* start(10_000, "kill", (number) => {
          if (number === 4_000) killed.current?.kill("SIGKILL")
        })
        killed.current = run(databaseUrl)
        assert.isNull((yield* finish(killed.current)).code)

        const { code, output } = yield* finish(run(databaseUrl))
        assert.strictEqual(code, 0)
        assert.deepStrictEqual(readReport(output), expectedReport(10_000))
        // Only what was in flight at the kill is requested twice: records that were not yet in Postgres are in Redis.
        assert.isAtMost(requests.length, 10_000 + 64)
        assert.strictEqual(new Set(requests).size, 10_000)

        const rows = yield* Effect.provide(
          Effect.flatMap(
            SqlClient.SqlClient,
            (sql) => sql`SELECT cost, count(*)::int AS count FROM generations GROUP BY cost`
          ),
          postgres(databaseUrl)
        )
        assert.deepStrictEqual(rows.map(({ cost, count }) => ({ cost, count })), [{ cost: "0.1", count: 10_000 }])
      }).pipe(Effect.provide(served)),
    600_000
  )

  it.scopedLive("takes what another machine has stored from Redis", () =>
    Effect.gen(function*() {
      const { requests, run } = yield* start(400, "shared")
      for (const databaseUrl of [yield* createDatabase, yield* createDatabase]) {
        assert.deepStrictEqual(readReport((yield* finish(run(databaseUrl))).output), expectedReport(400))
        assert.strictEqual(requests.length, 400)
      }
    }).pipe(Effect.provide(served)), 110_000)

  it.scopedLive("does the same with a Redis that is down, and warns", () =>
    Effect.gen(function*() {
      const { requests, run } = yield* start(400, "down")
      const { code, output } = yield* finish(run(yield* createDatabase, "redis://127.0.0.1:1"))
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(readReport(output), expectedReport(400))
      assert.strictEqual(requests.length, 400)
      assert.include(output, "records are requested instead")
      assert.include(output, "requests are sent without a limit")
    }).pipe(Effect.provide(served)), 110_000)
})
