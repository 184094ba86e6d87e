// The database of a ledger that is measured: the URL of a Postgres.
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as SqlClient from "effect/sql/SqlClient"

export const isPostgres = (place: string): boolean => place.startsWith("postgres:")

export const database = (place: string): Layer.Layer<SqlClient.SqlClient, unknown> =>
  isPostgres(place)
    ? PgClient.layer({ url: Redacted.make(place) })
    : Layer.unwrap(Effect.die(new Error("There is no released driver of libsql for Effect 4")))
