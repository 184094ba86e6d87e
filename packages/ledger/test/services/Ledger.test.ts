import { Ledger } from "@effect-openrouter/ledger"
import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { ledgerSuite } from "../suite.js"
import { ownDatabase, pg } from "./databases.js"

ledgerSuite("Postgres", PgClient.layer({ url: Redacted.make(process.env["POSTGRES_URL"] ?? "") }))

describe("Ledger on Postgres", () => {
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
