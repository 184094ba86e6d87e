// The database of a ledger that is measured: a file, or the URL of a Postgres.
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const isPostgres = (place: string): boolean => place.startsWith("postgres:")

// Only the driver that is used is loaded, as in a program of a user, so that the memory is that of such a program.
export const database = (place: string): Layer.Layer<SqlClient.SqlClient, unknown> =>
  Layer.unwrapEffect(
    Effect.promise(async (): Promise<Layer.Layer<SqlClient.SqlClient, unknown>> => {
      if (isPostgres(place)) {
        const PgClient = await import("@effect/sql-pg/PgClient")
        return PgClient.layer({ url: Redacted.make(place) })
      }
      const LibsqlClient = await import("@effect/sql-libsql/LibsqlClient")
      return LibsqlClient.layer({ url: `file:${place}` })
    })
  )
