// Real processes, a real Postgres and real signals. Each test kills processes for 25 seconds, or as often as LEDGER_KILLS
// says. LEDGER_SEED repeats a run.
import { Ledger } from "@effect-openrouter/ledger"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import { PgClient } from "@effect/sql-pg"
import type * as SqlClient from "@effect/sql/SqlClient"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { eventually } from "../harness.js"
import { newFile } from "../libsql.js"
import { randomFrom } from "../random.js"
import { startPostgres } from "../startPostgres.js"
import type { ChildConfig } from "./child.js"
import { bundleChild, type Child, startChild, startOpenRouter } from "./processes.js"

beforeAll(bundleChild, 120_000)

const kills = Number(process.env["LEDGER_KILLS"] ?? Infinity)
const killTime = kills === Infinity ? 25_000 : Infinity
const seed = Number(process.env["LEDGER_SEED"] ?? Date.now() % 1_000_000)

const concurrency = 8
const options = { concurrency, takeOver: "4 seconds", pollInterval: "50 millis", probeInterval: "100 millis" } as const

/** Half of the ids are visible only for the second request. */
const lateRecords = (id: string, ask: number) =>
  id.length % 2 === 0 && ask === 1 ? { status: 404, body: { error: { code: 404, message: "Not found" } } } : {}

interface Run {
  readonly acknowledged: ReadonlySet<string>
  readonly kills: number
  readonly workerKills: number
  readonly restarts: number
}

/**
 * Kills one random process after another, at a random time of its life, and starts the next one in its place. Returns the
 * ids whose `settle` had returned.
 */
const killAtRandom = (
  configs: ReadonlyArray<ChildConfig>,
  random: () => number,
  restart: (() => Promise<void>) | null
): Effect.Effect<Run> =>
  Effect.gen(function*() {
    const acknowledged = new Set<string>()
    let restarts = 0
    let started = 0
    const start = (config: ChildConfig) => startChild({ ...config, name: `${config.name}-${started++}` })
    const collect = ({ lines }: Child) => {
      for (const line of lines) if (line.startsWith("gen-")) acknowledged.add(line)
    }
    const running = configs.map(start)
    const end = performance.now() + killTime
    let killed = 0
    let workerKills = configs.filter(({ role }) => role !== "settler").length
    for (; killed < kills && performance.now() < end; killed++) {
      const index = Math.floor(random() * running.length)
      const [child, config] = [running[index], configs[index]]
      if (child === undefined || config === undefined) continue
      // Some die before they have begun.
      if (random() < 0.9) yield* Effect.promise(() => child.begun)
      yield* Effect.sleep(random() * 150)
      yield* Effect.promise(() => child.kill("SIGKILL"))
      collect(child)
      if (config.role !== "settler") workerKills++
      running[index] = start(config)
      if (restart !== null && random() < 0.04) {
        yield* Effect.promise(restart)
        restarts++
      }
    }
    for (const child of running) {
      yield* Effect.promise(() => child.kill("SIGKILL"))
      collect(child)
    }
    return { acknowledged, kills: killed + running.length, workerKills, restarts }
  })

const check = (
  { acknowledged }: Run,
  database: Layer.Layer<SqlClient.SqlClient, unknown>,
  workers: ReadonlyArray<ChildConfig>
) =>
  Effect.gen(function*() {
    const last = workers.map((config) => startChild({ ...config, options: { ...options, concurrency: 100 } }))
    yield* eventually(Ledger.counts, ({ pending }) => pending === 0)
    yield* Effect.promise(() => Promise.all(last.map((child) => child.kill("SIGTERM"))))
    const entries = new Map<string, number | undefined>()
    yield* Stream.runForEach(Ledger.entries(), ({ id, record, state }) =>
      Effect.sync(() => {
        assert.isFalse(entries.has(id), `${id} has one row`)
        assert.strictEqual(state, "settled")
        entries.set(id, record?.totalCost ?? undefined)
      }))
    const lost = [...acknowledged].filter((id) => entries.get(id) !== 0.25)
    assert.deepStrictEqual(lost, [])
    const changes = yield* Stream.runCollect(Ledger.changes({ follow: false }))
    assert.strictEqual(new Set([...changes].map(({ entry }) => entry.id)).size, entries.size)
    return entries.size
  }).pipe(Effect.provide(Layer.provide(Ledger.layer(), database)))

describe(`crashes (LEDGER_SEED=${seed})`, () => {
  it("loses no id on Postgres, whichever process is killed, and across crashes of Postgres", async () => {
    const postgres = await startPostgres()
    const openRouter = await startOpenRouter(lateRecords)
    try {
      const worker: ChildConfig = { role: "worker", database: postgres.url, openRouter: openRouter.url, options }
      const settler: ChildConfig = { role: "settler", database: postgres.url, name: "a" }
      const run = await Effect.runPromise(killAtRandom(
        [worker, worker, settler, { ...settler, name: "b" }],
        randomFrom(seed),
        async () => {
          await postgres.stop("SIGQUIT")
          await postgres.start()
        }
      ))
      const total = await Effect.runPromise(
        check(run, PgClient.layer({ url: Redacted.make(postgres.url) }), [worker, worker])
      )
      console.log(`${run.kills} kills and ${run.restarts} restarts: ${total} ids, ${openRouter.repeated()} asked again`)
      assert.isAbove(run.acknowledged.size, 0)
      assert.isAtMost(openRouter.repeated(), concurrency * (run.workerKills + run.restarts * 2))
    } finally {
      openRouter.close()
      await postgres.remove()
    }
  }, 120_000 + (kills === Infinity ? 0 : kills * 3000))

  it("loses no id in a file that another process writes, whichever process is killed", async () => {
    const filename = newFile()
    const openRouter = await startOpenRouter(lateRecords)
    try {
      const embedded: ChildConfig = { role: "embedded", database: filename, openRouter: openRouter.url, options }
      const settler: ChildConfig = { role: "settler", database: filename, name: "a" }
      const run = await Effect.runPromise(killAtRandom(
        [embedded, settler, { ...settler, name: "b" }],
        randomFrom(seed),
        null
      ))
      const total = await Effect.runPromise(check(run, LibsqlClient.layer({ url: `file:${filename}` }), [embedded]))
      console.log(`${run.kills} kills: ${total} ids, ${openRouter.repeated()} asked again`)
      assert.isAbove(run.acknowledged.size, 0)
      assert.isAtMost(openRouter.repeated(), concurrency * run.workerKills)
    } finally {
      openRouter.close()
    }
  }, 120_000 + (kills === Infinity ? 0 : kills * 3000))
})
