// Runs the program of docs/redis.md as it is written there: over a real Redis, one that is down, one that hangs, and one that it
// may only read.
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Redis } from "ioredis"
import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { add, asked } from "../harness.js"
import { silentPort } from "./silentPort.js"

const toPath = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

// Inside the package, so that the imports are found.
const folder = toPath("../../node_modules/.cache/recipe/")
mkdirSync(folder, { recursive: true })
const [, program = ""] = /```ts\n(.*?)```/s.exec(readFileSync(toPath("../../../../docs/redis.md"), "utf8")) ?? []
writeFileSync(`${folder}recipe.ts`, program)

const live = `127.0.0.1:${process.env["REDIS_PORT"]}`

const withRedis = <A>(use: (redis: Redis) => Promise<A>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Redis(`redis://${live}`)),
    (redis) => Effect.promise(() => use(redis)),
    (redis) => Effect.promise(() => redis.quit())
  )

/** Runs the program; returns its exit code, its output and the milliseconds that it took. */
const run = (redisUrl: string) =>
  Effect.gen(function*() {
    const baseUrl = yield* HttpServer.addressFormattedWith((address) => Effect.succeed(`${address}/api/v1`))
    const env = {
      ...process.env,
      OPENROUTER_API_KEY: "sk-or-v1-0123456789abcdef",
      OPENROUTER_BASE_URL: baseUrl,
      REDIS_URL: redisUrl
    }
    return yield* Effect.async<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }>(
      (resume) => {
        const args = ["--import", "tsx", `${folder}recipe.ts`]
        execFile(process.execPath, args, { cwd: folder, env, timeout: 60_000 }, (error, stdout, stderr) => {
          resume(Effect.succeed({ code: error === null ? 0 : error.code ?? error.signal, stdout, stderr }))
        })
      }
    )
  })

const emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.orDie
)

const settled = ["gen-1 Settled", "gen-2 Settled"]

const timeout = 120_000

const lines = (text: string) => text.trim().split("\n").toSorted()

describe("the program of docs/redis.md", () => {
  it.live("stores records, which the next run reads, and counts requests in one key", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* add({ id: "gen-2", totalCost: 0.25 })
      const counter = withRedis((redis) => redis.exists("ratelimit:openrouter"))
      for (let start = 0; start < 2; start++) {
        const { code, stderr, stdout } = yield* run(`redis://${live}`)
        assert.deepStrictEqual({ code, stderr, lines: lines(stdout) }, { code: 0, stderr: "", lines: settled })
      }
      assert.strictEqual((yield* asked("gen-1")) + (yield* asked("gen-2")), 2)
      assert.strictEqual(yield* withRedis((redis) => redis.exists("openrouter-team-a::gen-1")), 1)
      assert.isAtMost(yield* counter, 1)
    }).pipe(Effect.provide(emulated)), timeout)

  it.live("returns every record and exits with 0 if Redis is down or hangs", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.25 })
      yield* add({ id: "gen-2", totalCost: 0.25 })
      for (const port of [1, yield* silentPort]) {
        const { code, stderr, stdout } = yield* run(`redis://127.0.0.1:${port}`)
        assert.deepStrictEqual({ code, stderr }, { code: 0, stderr: "" })
        assert.includeMembers(lines(stdout), settled)
        assert.strictEqual(stdout.match(/cannot be read/g)?.length, 1, stdout)
        assert.strictEqual(stdout.match(/sent without a limit/g)?.length, 1, stdout)
      }
      assert.strictEqual(yield* asked("gen-1"), 2)
    }).pipe(Effect.scoped, Effect.provide(emulated)), timeout)
})
