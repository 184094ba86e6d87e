import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect, Layer, Redacted } from "effect"

export const pg = (url: string) => PgClient.layer({ url: Redacted.make(url) })

/** The Postgres of all tests. */
export const globalUrl = process.env["POSTGRES_URL"] ?? ""

/** Creates a database of its own in the Postgres of all tests, and returns its URL. */
export const ownDatabase = Effect.gen(function*() {
  const name = `ledger_${Math.random().toString(36).slice(2)}`
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE DATABASE ${sql(name)}`
  return globalUrl.replace(/[^/]+$/, name)
}).pipe(Effect.provide(pg(globalUrl)))

/** Connects to a database of its own. */
export const pgOwn = Layer.unwrapEffect(Effect.map(ownDatabase, pg))
