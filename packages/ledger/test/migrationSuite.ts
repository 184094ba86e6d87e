import { Ledger } from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { readFileSync } from "node:fs"
import { generation, scripted, settled, worker } from "./harness.js"

/** Runs the dump of a released version: its tables, with an entry in each state. */
const load = (file: string) =>
  Effect.gen(function*() {
    const sql = yield* SqlClient.SqlClient
    const statements = readFileSync(new URL(`fixtures/${file}`, import.meta.url), "utf8").split(/;\n/)
    yield* Effect.forEach(statements.filter((text) => text.trim() !== ""), (text) => sql.unsafe(text), {
      discard: true
    })
  })

/** The upgrade from each released version of the tables. Every use of `database` is an empty one. */
export const migrationSuite = (
  name: string,
  dumps: ReadonlyArray<string>,
  database: Layer.Layer<SqlClient.SqlClient, unknown>,
  structure: Effect.Effect<unknown, unknown, SqlClient.SqlClient>
): void => {
  const onEmpty = <A, E>(effect: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.provide(effect, Layer.fresh(database))

  describe(`migrations on ${name}`, () => {
    it.live.each(dumps)("%s goes on with every entry", (dump) =>
      onEmpty(Effect.zipRight(
        load(dump),
        Effect.gen(function*() {
          const { oldestPending: _, paused, ...counts } = yield* Ledger.counts
          assert.deepStrictEqual(counts, { pending: 2, settled: 2, notVisible: 1, failed: 1 })
          assert.strictEqual(paused?.reason, "Unauthorized")
          const before = [...yield* Stream.runCollect(Ledger.changes({ follow: false }))]
          assert.deepStrictEqual(before.map(({ entry }) => entry.id), [
            "gen-settled",
            "gen-unknown",
            "gen-failed",
            "gen-missing"
          ])
          assert.propertyVal((yield* Ledger.find("gen-failed"))?.error, "status", 403)
          assert.deepInclude(yield* Ledger.find("gen-settled"), { tags: { tenant: "acme" }, attempts: 1 })
          const [summary] = yield* Ledger.summarize({ tag: "tenant" })
          assert.deepInclude(summary, { key: "acme", count: 2, failedAttempts: 2 })
          assert.strictEqual(yield* Ledger.retry({ costUnknown: true }), 1)
          assert.strictEqual(yield* Ledger.retry(["gen-missing", "gen-settled"]), 1)
          yield* Ledger.settle(["gen-new", "gen-settled"])
          const { asked, layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
          yield* settled.pipe(Effect.provide(worker(layer)))
          assert.deepStrictEqual(asked.toSorted(), [
            "gen-claimed",
            "gen-missing",
            "gen-new",
            "gen-pending",
            "gen-unknown"
          ])
          const after = yield* Stream.runCollect(Ledger.changes({ after: before.at(-1)?.cursor, follow: false }))
          assert.deepStrictEqual([...after].map(({ entry }) => entry.id).toSorted(), asked.toSorted())
        }).pipe(Effect.provide(Ledger.layer()))
      )))

    it.live.each(dumps)("%s becomes what a new database has", (dump) =>
      Effect.gen(function*() {
        const open = Effect.provide(Ledger.counts, Ledger.layer())
        const upgraded = yield* onEmpty(Effect.zipRight(load(dump), Effect.zipRight(open, structure)))
        assert.deepStrictEqual(upgraded, yield* onEmpty(Effect.zipRight(open, structure)))
      }))
  })
}
