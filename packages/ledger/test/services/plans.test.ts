// The plans that Postgres makes for the statements of the ledger, over many finished entries.
import { Ledger } from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Statement from "@effect/sql/Statement"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Layer } from "effect"
import { fromClient } from "../../src/internal/dialect.js"
import { make } from "../../src/internal/store.js"
import { pgOwn } from "./databases.js"

interface Plan {
  readonly "Node Type": string
  readonly "Parent Relationship"?: string
  readonly "Relation Name"?: string
  readonly "Index Name"?: string
  readonly "Total Cost": number
  readonly Plans?: ReadonlyArray<Plan>
}

const nodes = (plan: Plan): ReadonlyArray<Plan> => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

const prefix = `plans_${process.pid}`

/** Returns the scans in the plans of all statements of an effect, such as `Index Only Scan plans_cursor`. */
const scans = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const all: Array<string> = []
    yield* Statement.withTransformer(effect, (statement, sql) => {
      const [text, parameters] = statement.compile()
      const explain = sql.unsafe<{ readonly "QUERY PLAN": ReadonlyArray<{ readonly Plan: Plan }> }>(
        `EXPLAIN (FORMAT JSON) ${text}`,
        parameters
      )
      return Statement.withTransformerDisabled(explain).pipe(
        Effect.orDie,
        Effect.map(([row]) => {
          const [root] = row?.["QUERY PLAN"] ?? []
          if (root !== undefined && root.Plan["Total Cost"] > jitAboveCost) all.push("Compiled")
          for (const node of (row?.["QUERY PLAN"] ?? []).flatMap(({ Plan }) => nodes(Plan))) {
            // Postgres runs a subplan on one core, and once for each row if its result is large.
            if (node["Parent Relationship"] === "SubPlan") all.push("Subplan")
            if (node["Node Type"] === "Sort" && node.Plans?.some((below) => below["Index Name"] !== undefined)) {
              all.push("Sort")
            }
            if (node["Index Name"] !== undefined || node["Relation Name"] === prefix) {
              all.push(`${node["Node Type"]} ${node["Index Name"] ?? node["Relation Name"]}`.replace("Parallel ", ""))
            }
          }
          return statement
        })
      )
    })
    return all
  })

/** The expected cost above which Postgres compiles a query, which takes longer than most queries of the ledger. */
const jitAboveCost = 100_000

const count = 50_000

/** As many settled entries of half a year, with records of 2 kB, and pending ones that are due. */
const fill = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO ${sql(prefix)} (id, state, finished_at, cursor, created_at, model, cost, credits, byok,
tokens_prompt, latency, generation_time, failed_attempts, record)
SELECT 'gen-' || n, 'settled', now(), n, timestamptz '2026-01-01' + n * interval '5 minutes', 'model-' || n % 20,
n / 1e8, n / 1e8, 0, n % 1000, n % 3000, 1000 + n % 9000, 0, (SELECT json_build_object('data', string_agg(md5(n::text || m), ''))
FROM generate_series(1, 60) m) FROM generate_series(1, ${count}) n`
  yield* sql`INSERT INTO ${sql(prefix)} (id, due_at) SELECT 'gen-due-' || n, now() - n * interval '1 second'
FROM generate_series(1, 3000) n`
  yield* sql`VACUUM ANALYZE ${sql(prefix)}`
})

describe("plans", () => {
  it.live("reads indexes, never the whole table or whole records", () =>
    Effect.gen(function*() {
      yield* fill
      const sql = yield* SqlClient.SqlClient
      const dialect = fromClient(sql, prefix)
      if (dialect === null) return assert.fail("Postgres is supported")
      const store = make(sql, dialect, prefix, "Postgres")

      const claim = yield* scans(store.claim(16, Duration.minutes(1), false))
      assert.include(claim, `Index Scan ${prefix}_due`)
      assert.deepStrictEqual(claim.filter((scan) => /Seq Scan|Sort|Bitmap/.test(scan)), [])
      assert.deepStrictEqual(yield* scans(store.oldestPending), [`Index Only Scan ${prefix}_due`])
      assert.deepStrictEqual(yield* scans(Ledger.counts), [
        `Index Only Scan ${prefix}_due`,
        `Index Only Scan ${prefix}_cursor`
      ])
      const month = { since: DateTime.unsafeMake("2026-03-01"), until: DateTime.unsafeMake("2026-04-01") }
      const summary = yield* scans(Ledger.summarize("model", month))
      assert.deepStrictEqual(summary.filter((scan) => /Seq Scan|Compiled|Subplan/.test(scan)), [])
      assert.isTrue(summary.some((scan) => scan.endsWith(`${prefix}_created`)), summary.join())
      assert.notInclude(yield* scans(Ledger.summarize("model")), "Subplan")
      // Records are out of line: the pages of the table that the totals read hold none.
      const [size] = yield* sql<{ bytes: string }>`SELECT pg_relation_size(${prefix}) AS bytes`
      assert.isBelow(Number(size?.bytes) / count, 400)
    }).pipe(
      // An older transaction in the same database would keep VACUUM from marking pages for index-only scans.
      Effect.provide(Layer.provideMerge(Ledger.layer({ prefix }), pgOwn))
    ), 120_000)
})
