// Measures a ledger in a process of its own, with two requests for each id:
// node ledger.js BASE_URL DATABASE PREFIX IDS fill|work|stream|insert|settle|queries
// DATABASE is a file or the URL of a Postgres; `work` settles what `fill` has added under the same PREFIX.
import * as NodeClient from "@effect-openrouter/client/node"
import { Ledger } from "@effect-openrouter/ledger/Ledger"
import * as LedgerWorker from "@effect-openrouter/ledger/LedgerWorker"
import * as SqlClient from "@effect/sql/SqlClient"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { statSync } from "node:fs"
import { database, isPostgres } from "./database.js"
import { ours } from "./ours.js"

const [baseUrl = "", place = "", prefix = "", count = "", way = "work"] = process.argv.slice(2)
const total = Number(count)

/** The ids are made where they are needed, so that the memory of `work` is that of the worker. */
const makeIds = () => Array.from({ length: total }, (_, index) => `gen-late-${prefix}-${way}-${index}`)

/** Returns the CPU of an effect in milliseconds. */
const cpu = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const before = process.cpuUsage()
    yield* effect
    const { system, user } = process.cpuUsage(before)
    return (system + user) / 1000
  })

const millis = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const before = performance.now()
    yield* effect
    return performance.now() - before
  })

const worker = LedgerWorker.layer({ concurrency: 256 }).pipe(Layer.provide(ours(baseUrl, NodeClient.layer)))

const settled = Effect.repeat(Ledger.counts, {
  until: ({ pending }) => pending === 0,
  schedule: Schedule.spaced("1 second")
})

/** The bytes of the table with its indexes and TOAST, and of the WAL that was written. */
const bytes = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  if (!isPostgres(place)) return { table: statSync(place).size, wal: statSync(`${place}-wal`).size }
  const [row] = yield* sql<{ table: string; wal: string }>`SELECT pg_total_relation_size(${prefix}) AS table,
pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal`
  return { table: Number(row?.table), wal: Number(row?.wal) }
})

const fill = Effect.map(Effect.suspend(() => Ledger.settle(makeIds())), ({ added }) => ({ added }))

const work = Effect.gen(function*() {
  const before = yield* bytes
  const used = yield* cpu(settled.pipe(Effect.provide(worker)))
  const after = yield* bytes
  return {
    cpu: used / total,
    table: after.table / total,
    wal: (after.wal - before.wal) / total,
    rss: process.resourceUsage().maxRSS * 1024,
    settled: (yield* Ledger.counts).settled
  }
})

/** The same ids with two requests each through `Settlement.stream`, which keeps nothing. */
const throughStream = Effect.gen(function*() {
  // Only here, so that the memory of `work` is that of a program with a ledger.
  const Settlement = yield* Effect.promise(() => import("@effect-openrouter/generations/Settlement"))
  const stream = Settlement.stream(makeIds(), { concurrency: 256, within: "1 minute" })
  return { cpu: (yield* cpu(Stream.runDrain(stream))) / total }
}).pipe(Effect.provide(ours(baseUrl, NodeClient.layer)))

const singleInserts = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const table = sql(`${prefix}_single`)
  yield* sql`CREATE TABLE ${table} (id text PRIMARY KEY, record text)`
  const insert = (id: string) => sql`INSERT INTO ${table} (id, record) VALUES (${id}, ${"x".repeat(1900)})`
  return { cpu: (yield* cpu(Effect.forEach(makeIds(), insert, { concurrency: 10, discard: true }))) / total }
})

const settleOnce = Effect.gen(function*() {
  const ids = makeIds()
  yield* Ledger.settle(ids.map((id) => `${id}-warm`))
  return { cpu: yield* cpu(Ledger.settle(ids)), millis: yield* millis(Ledger.settle(ids.map((id) => `${id}-2`))) }
})

/** Times of the queries over a table of many settled rows, with records as large as real ones. */
const queries = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const table = sql(prefix)
  yield* sql`INSERT INTO ${table} (id, state, finished_at, cursor, created_at, model, provider, cost, credits, byok,
tokens_prompt, tokens_completion, latency, generation_time, failed_attempts, record)
SELECT 'gen-' || n, 'settled', now(), n, timestamptz '2026-01-01' + n * interval '26 seconds', 'model-' || n % 20,
'provider-' || n % 5, n / 1e8, n / 1e8, 0, n % 1000, n % 500, n % 3000, 1000 + n % 9000, 0,
('{"data":"' || repeat(md5(n::text), 60) || '"}')::json FROM generate_series(1, ${total}) n`
  yield* sql`UPDATE ${sql(`${prefix}_fleet`)} SET cursor = ${total}`
  yield* sql`VACUUM ANALYZE ${table}`
  const month = { since: DateTime.unsafeMake("2026-03-01"), until: DateTime.unsafeMake("2026-04-01") }
  return {
    counts: yield* millis(Ledger.counts),
    month: yield* millis(Ledger.summarize("model", month)),
    all: yield* millis(Ledger.summarize("day")),
    rss: process.resourceUsage().maxRSS * 1024
  }
})

const ways: Readonly<Record<string, Effect.Effect<Record<string, number>, unknown, Ledger | SqlClient.SqlClient>>> = {
  fill,
  work,
  stream: throughStream,
  insert: singleInserts,
  settle: settleOnce,
  queries
}

const main = Effect.provide(
  ways[way] ?? Effect.dieMessage(`${way} is not measured`),
  Layer.provideMerge(Ledger.layer({ prefix }), database(place))
)

console.log(JSON.stringify(await Effect.runPromise(main)))
process.exit()
