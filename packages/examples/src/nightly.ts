/**
 * A nightly job: node nightly.js IDS. It settles a file of ids, stores each record with its exact cost in the Postgres of
 * `DATABASE_URL`, and reports what was spent by model and day. Records and the rate limit are shared with other machines in
 * Redis. Killed at any moment and started again, it requests only what is missing.
 */
import { OpenRouterClient } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import * as RateLimit from "@effect-openrouter/client/RateLimit"
import { Generation, Usage } from "@effect-openrouter/core"
import { Generations, Settlement } from "@effect-openrouter/generations"
import * as PersistedGenerations from "@effect-openrouter/generations/PersistedGenerations"
import { FileSystem } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { Chunk, Config, Console, Effect, Layer, Option, Schema, Stream } from "effect"
import * as Redis from "./redis.js"

const Json = Schema.parseJson(Generation)

const readLines = (file: string) =>
  Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => fs.stream(file))).pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.filter((line) => line !== "")
  )

const createTable = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`CREATE TABLE IF NOT EXISTS generations (id TEXT PRIMARY KEY, cost TEXT, record TEXT NOT NULL)`
)

/** The ids whose record is stored with a known cost. Such a record does not change. */
const readFinishedIds = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ readonly id: string }>`SELECT id FROM generations WHERE cost IS NOT NULL`
  return new Set(rows.map(({ id }) => id))
})

const toRow = (generation: Generation) => {
  const { effective } = Usage.cost(generation)
  return Effect.map(Schema.encode(Json)(generation), (record) => ({
    id: generation.id,
    cost: effective === null ? null : Usage.formatUsd(effective),
    record
  }))
}

/** Stores records in one statement, and replaces older ones. The file may name an id twice, but a statement must not. */
const store = (generations: Iterable<Generation>) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const byId = new Map(Array.from(generations, (generation) => [generation.id, generation]))
    const [first, ...rest] = yield* Effect.forEach(byId.values(), toRow)
    if (first === undefined) return
    yield* sql`
      INSERT INTO generations ${sql.insert([first, ...rest])}
      ON CONFLICT (id) DO UPDATE SET cost = excluded.cost, record = excluded.record`
  })

/** Returns what is stored, a page of records at a time. */
const readRecords = Stream.paginateChunkEffect("", (after) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const rows = yield* sql<{ readonly id: string; readonly record: string }>`
      SELECT id, record FROM generations WHERE id > ${after} ORDER BY id LIMIT 1000`
    const records = yield* Effect.forEach(rows, ({ record }) => Schema.decode(Json)(record))
    return [Chunk.unsafeFromArray(records), Option.fromNullable(rows.at(-1)?.id)] as const
  }))

/** Settles the ids that are missing. Ids that are pending or failed are printed, and requested again next time. */
const settle = (ids: string) =>
  Effect.gen(function*() {
    const finished = yield* readFinishedIds
    yield* Console.log(`${finished.size} generations are stored`)
    yield* readLines(ids).pipe(
      Stream.filter((id) => !finished.has(id)),
      (ids) => Settlement.stream(ids, { concurrency: 32, within: "10 seconds", waitForCost: true }),
      Stream.tap(Settlement.match({
        Settled: () => Effect.void,
        NotVisible: ({ id }) => Console.log(`${id} is pending: its cost is unknown, not 0`),
        Failed: ({ error, id }) => Console.log(`${id}: ${error.message}`)
      })),
      Stream.filter(Settlement.is("Settled")),
      Stream.map(({ generation }) => generation),
      Stream.groupedWithin(200, "1 second"),
      Stream.runForEach(store)
    )
  })

const report = Effect.gen(function*() {
  const timeZone = yield* Config.withDefault(Config.string("TIME_ZONE"), "Europe/Berlin")
  const summaries = yield* Stream.run(readRecords, Usage.summarize([Usage.day(timeZone), "model"]))
  for (const { cost, count, key: [day, model] } of summaries) {
    yield* Console.log(`${day} ${model}: ${count} for $${Usage.formatUsd(cost.effective)}, ${cost.unknown} unknown`)
  }
})

const nightly = (ids: string) => createTable.pipe(Effect.zipRight(settle(ids)), Effect.zipRight(report))

const OpenRouter = PersistedGenerations.layer({ storeId: "nightly" }).pipe(
  Layer.provide(Generations.layer),
  Layer.provide(RateLimit.layerConfig({
    limit: Config.withDefault(Config.integer("REQUESTS_PER_SECOND"), 20),
    window: "1 second"
  })),
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(NodeClient.layer),
  Layer.provide(Redis.layer)
)

const [, , ids = "ids.txt"] = process.argv

nightly(ids).pipe(
  Effect.provide([OpenRouter, PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") }), NodeContext.layer]),
  NodeRuntime.runMain
)
