import { Ledger } from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Layer, Stream } from "effect"
import { generation, scripted, settled, worker } from "../harness.js"
import { ledgerSuite } from "../suite.js"
import { globalUrl, ownDatabase, pg, pgOwn } from "./databases.js"

ledgerSuite("Postgres", pg(globalUrl))

describe("Ledger on Postgres", () => {
  it.live(
    "waits for queries that may look at the whole table as long as the database responds",
    () =>
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Ledger.settle(["gen-1"])
        const locked = yield* Effect.makeLatch()
        const lock = sql.withTransaction(
          Effect.zipRight(
            sql`LOCK TABLE openrouter_ledger IN ACCESS EXCLUSIVE MODE`,
            Effect.zipRight(locked.open, Effect.sleep("11 seconds"))
          )
        )
        const results = Effect.all([
          Stream.runCount(Ledger.entries({ state: "failed" })),
          Ledger.forget({ before: DateTime.unsafeMake(0) }),
          Ledger.retry({ state: "failed" }),
          Ledger.summarize("model"),
          Effect.map(Ledger.counts, ({ pending }) => pending),
          // This one reads one row, so the database is as good as silent.
          Effect.map(Effect.flip(Ledger.find("gen-1")), ({ reason }) => reason)
        ], { concurrency: "unbounded" })
        const [, found] = yield* Effect.all([lock, Effect.zipRight(locked.await, results)], { concurrency: 2 })
        assert.deepStrictEqual(found, [0, 0, 0, [], 1, "Unavailable"])
      }).pipe(
        Effect.provide(Layer.provideMerge(Ledger.layer(), pgOwn))
      ),
    60_000
  )

  it.live("repeats a transaction of its own that lost against another one, but none of the caller", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`ALTER DATABASE ${
          sql(new URL(url).pathname.slice(1))
        } SET default_transaction_isolation = serializable`
      }).pipe(Effect.provide(pg(url)))
      const { asked, layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
      const ids = Array.from({ length: 200 }, (_, index) => `gen-${index}`)
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.all(Array.from({ length: 8 }, () => Ledger.settle(ids)), { concurrency: "unbounded" }).pipe(
          Effect.zipRight(settled),
          Effect.provide(Layer.mergeAll(worker(layer), Layer.fresh(worker(layer)), Layer.fresh(worker(layer))))
        )
        assert.strictEqual(asked.length, ids.length)
        assert.strictEqual((yield* Ledger.counts).settled, ids.length)

        const begun = yield* Effect.makeLatch()
        const added = yield* Effect.makeLatch()
        const caller = sql.withTransaction(
          sql`SELECT 1 FROM openrouter_ledger LIMIT 1`.pipe(
            Effect.zipRight(begun.open),
            Effect.zipRight(added.await),
            Effect.zipRight(Ledger.settle(["gen-late"]))
          )
        )
        const other = Effect.all([begun.await, Ledger.settle(["gen-late"]), added.open])
        const [error] = yield* Effect.all([Effect.flip(caller), other], { concurrency: 2 })
        assert.deepInclude(error, { _tag: "LedgerError", reason: "Locked" })
        assert.include(error.message, "40001")
      }).pipe(Effect.provide(Layer.provideMerge(Ledger.layer(), pg(url))))
    }))

  it.live("needs the right to create tables only where there are none", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      const user = `user_${process.pid}`
      const ledger = (url: string) => Layer.provide(Ledger.layer(), pg(url))
      const settle = Effect.provide(
        Ledger.settle(["gen-1"]),
        ledger(Object.assign(new URL(url), { username: user }).href)
      )
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE ROLE ${sql(user)} LOGIN`
        yield* sql`REVOKE CREATE ON SCHEMA public FROM PUBLIC`
        const denied = yield* Effect.flip(settle)
        assert.propertyVal(denied, "reason", "Unavailable")
        assert.include(denied.message, "denied a permission")
        yield* Effect.provide(Ledger.counts, ledger(url))
        yield* sql`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${sql(user)}`
        assert.deepStrictEqual(yield* settle, { added: 1 })
      }).pipe(Effect.provide(pg(url)))
    }))
})
