import * as PgClient from "@effect/sql-pg/PgClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect, Redacted } from "effect"

/** Connects to a Postgres. */
export const postgres = (url: string) => PgClient.layer({ url: Redacted.make(url) })

/** Creates a database in the Postgres of all tests, and returns its URL. */
export const createDatabase = Effect.gen(function*() {
  const url = process.env["POSTGRES_URL"] ?? ""
  const name = `example_${Math.random().toString(36).slice(2)}`
  const create = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`CREATE DATABASE ${sql(name)}`)
  yield* Effect.provide(create, postgres(url))
  return url.replace(/[^/]+$/, name)
})
