// A module of its own, so that the bundle loads the driver only for Postgres.
export * as PgClient from "@effect/sql-pg/PgClient"
