// The database of a ledger that is measured: a file, or the URL of a Postgres.
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as SqlClient from "@effect/sql/SqlClient"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const isPostgres = (place: string): boolean => place.startsWith("postgres:")

export const database = (place: string): Layer.Layer<SqlClient.SqlClient, unknown> =>
  isPostgres(place) ? PgClient.layer({ url: Redacted.make(place) }) : LibsqlClient.layer({ url: `file:${place}` })
