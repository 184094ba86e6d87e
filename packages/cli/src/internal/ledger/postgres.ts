// A module of its own, so that the bundle loads the driver only for Postgres.
import * as PgClient from "@effect/sql-pg/PgClient"

export const postgresLayer = PgClient.layer
