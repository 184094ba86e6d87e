/**
 * The tables of the ledger and their versions.
 */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { LedgerError } from "../LedgerError.js"
import { bounded } from "./bounded.js"
import { addRecordId, type Dialect, type Sql } from "./dialect.js"
import { toLedgerError } from "./sqlError.js"

/** The newest version that this package knows. */
const newest = 2

/**
 * Creates and migrates the tables. One transaction holds a lock, because the Migrator itself has none around the creation
 * of its own table, and it ignores versions that it does not know.
 */
export const migrate = (
  sql: SqlClient.SqlClient,
  dialect: Dialect,
  prefix: string,
  place: string
): Effect.Effect<void, LedgerError> => {
  const table = `${prefix}_migrations`
  const run = Effect.forEach((statement: Sql) => sql`${statement}`, { discard: true })
  const loader = Migrator.fromRecord({
    "1_ledger": run(dialect.createTables),
    "2_record_id": run(addRecordId(sql, prefix))
  })
  const lock = dialect.name === "postgres"
    ? sql`SELECT pg_advisory_xact_lock(hashtext(${table}))`
    : Effect.void
  const hasTable = (name: string) =>
    Effect.map(
      dialect.name === "postgres"
        ? sql`SELECT 1 WHERE to_regclass(quote_ident(current_schema()) || '.' || quote_ident(${name})) IS NOT NULL`
        : sql`SELECT 1 FROM sqlite_master WHERE name = ${name} COLLATE NOCASE`,
      (rows) => rows.length > 0
    )
  const createTable = dialect.name === "postgres"
    ? sql`CREATE TABLE ${
      sql(table)
    } (migration_id integer PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now(), name text NOT NULL)`
    : sql`CREATE TABLE ${
      sql(table)
    } (migration_id integer PRIMARY KEY NOT NULL, created_at datetime NOT NULL DEFAULT current_timestamp, name VARCHAR(255) NOT NULL)`

  const migrateLocked = Effect.gen(function*() {
    yield* lock
    // A user who may not create tables can use those that exist: Postgres checks the right also for IF NOT EXISTS.
    if (!(yield* hasTable(table))) yield* createTable
    const [row] = yield* sql<{ version: number | null }>`SELECT max(migration_id) AS version FROM ${sql(table)}`
    const version = Number(row?.version ?? 0)
    if (version > newest) {
      return yield* new LedgerError({
        reason: "Schema",
        operation: "migrate",
        message: `${place} has tables of version ${version}; this package knows versions up to ${newest}`
      })
    }
    if (version === 0 && (yield* hasTable(prefix))) {
      return yield* new LedgerError({
        reason: "Schema",
        operation: "migrate",
        message: `${place} has a table ${prefix} without ${table}: choose another prefix, or restore both`
      })
    }
    if (version < newest) yield* Migrator.make({})({ loader, table })
  })

  return bounded(
    (step) => Effect.zipRight(dialect.read(dialect.prepare), dialect.write(step(migrateLocked))),
    () =>
      new LedgerError({
        reason: "Unavailable",
        operation: "migrate",
        message: `${place} did not respond within 9 seconds`
      })
  ).pipe(
    Effect.provideService(SqlClient.SqlClient, sql),
    Effect.catchAllDefect((defect) => Effect.fail(defect)),
    Effect.mapError((error: unknown) => error instanceof LedgerError ? error : toLedgerError("migrate", place, error))
  )
}
