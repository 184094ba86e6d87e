/**
 * The differences between Postgres and libsql, in one place. Everything else is the same SQL for both.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type * as SqlError from "@effect/sql/SqlError"
import type * as Statement from "@effect/sql/Statement"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import { hasTransaction } from "./hasTransaction.js"
import { holdConnection } from "./libsqlConnection.js"
import { isBusy, isConflict } from "./sqlError.js"

/** A piece of SQL. */
export type Sql = Statement.Fragment

/** SQL whose spelling depends on the database. Times are the database's own; durations are milliseconds. */
export interface Dialect {
  readonly name: "postgres" | "libsql"
  /** The present time of the database. In libsql, which runs in this process, it is the clock of the fiber. */
  readonly now: Effect.Effect<Sql>
  /** A time that is given as ISO 8601 text. */
  readonly time: (iso: string) => Sql
  /** A time that an expression gives as ISO 8601 text. */
  readonly timeText: (iso: Sql) => Sql
  /** A time plus milliseconds. */
  readonly plus: (time: Sql, millis: Sql) => Sql
  /** The milliseconds from one time to another. */
  readonly between: (from: Sql, to: Sql) => Sql
  readonly least: Sql
  readonly greatest: Sql
  /** A column as text, in the same form for both databases. */
  readonly text: (column: string) => Sql
  /** A time as ISO 8601 text under a name. */
  readonly isoText: (time: Sql, name: string) => Sql
  /** Text as a value of a JSON column, or of `tags`. */
  readonly json: (value: Sql) => Sql
  readonly tags: (value: Sql) => Sql
  /** Text as a decimal. */
  readonly decimal: (value: Sql) => Sql
  /** The condition that a row has all these tags. */
  readonly hasTags: (tags: Readonly<Record<string, string>>) => Sql
  /** The value of one tag, or null. */
  readonly tag: (name: string) => Sql
  /** The day of a time in UTC, such as `2026-11-22`. */
  readonly day: (time: Sql) => Sql
  /** p50 and p95 by nearest rank, or `null` for a database that cannot add up decimals and quantiles. */
  readonly quantiles: ((value: Sql) => Sql) | null
  /** The rows of a JSON array of objects, as a table `input` with these columns. */
  readonly input: (rows: ReadonlyArray<object>, columns: Readonly<Record<string, "text" | "integer" | "real">>) => Sql
  /** The end of a query that takes rows which no other transaction has locked. */
  readonly skipLocked: Sql
  /** The end of a query whose rows no other transaction may change before this one ends. */
  readonly forUpdate: Sql
  /** Runs statements as one transaction. Inside a caller's transaction they are part of it. */
  readonly write: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError.SqlError, R>
  /** Runs one statement that writes. It needs no transaction of its own in Postgres. */
  readonly writeOne: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SqlError.SqlError, R>
  /** Runs a query. */
  readonly read: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Succeeds as long as another connection gets a response. `null` for a database in this process. */
  readonly ping: Effect.Effect<unknown, SqlError.SqlError> | null
  /** Prepares the database before its tables are created. libsql syncs every commit by default (`synchronous = FULL`). */
  readonly prepare: Effect.Effect<void, SqlError.SqlError>
  /** The tables and indexes of version 1. */
  readonly createTables: ReadonlyArray<Sql>
}

/** Version 2: the id of a record that was returned for another id, so that a total counts it once. */
export const addRecordId = (sql: SqlClient.SqlClient, prefix: string): ReadonlyArray<Sql> => [
  sql`ALTER TABLE ${sql(prefix)} ADD COLUMN record_id text`,
  sql`CREATE INDEX ${sql(`${prefix}_record_id`)} ON ${sql(prefix)} (record_id, id) WHERE record_id IS NOT NULL`
]

/** Returns the dialect of a client, or `null` for a database that is not supported. */
export const fromClient = (sql: SqlClient.SqlClient, prefix: string): Dialect | null =>
  sql.onDialectOrElse({
    pg: (): Dialect | null => postgres(sql, prefix),
    sqlite: () => libsql(sql, prefix),
    orElse: () => null
  })

/**
 * Runs an effect as one transaction. A commit that fails is a defect of `withTransaction`, and here a failure: the
 * connection broke, or the disk is full.
 */
const inTransaction = (sql: SqlClient.SqlClient): Dialect["write"] => (effect) =>
  Effect.catchAllDefect(
    sql.withTransaction(effect),
    (defect) => isSqlError(defect) ? Effect.fail(defect) : Effect.die(defect)
  )

const isSqlError = (defect: unknown): defect is SqlError.SqlError => Predicate.isTagged(defect, "SqlError")

/** The pauses before a transaction is repeated that lost against another one. */
const afterConflict = Schedule.exponential("10 millis").pipe(Schedule.jittered, Schedule.upTo("5 seconds"))

/**
 * Repeats an effect after a deadlock or a serialization failure, which any statement can have if the database's default
 * isolation is `repeatable read` or `serializable`. A transaction of the caller can only be repeated by the caller.
 */
const repeatConflicts = (sql: SqlClient.SqlClient): Dialect["read"] => (effect) =>
  Effect.flatMap(
    hasTransaction(sql),
    (isInside) => isInside ? effect : Effect.retry(effect, { while: isConflict, schedule: afterConflict })
  )

const postgres = (sql: SqlClient.SqlClient, prefix: string): Dialect => {
  const raw = sql.literal
  const repeated = repeatConflicts(sql)
  const interval = (millis: Sql) => sql`(${millis} * interval '1 millisecond')`
  return {
    name: "postgres",
    now: Effect.succeed(raw("now()")),
    time: (iso) => sql`${iso}::timestamptz`,
    timeText: (iso) => sql`${iso}::timestamptz`,
    plus: (time, millis) => sql`(${time} + ${interval(millis)})`,
    between: (from, to) => sql`(extract(epoch from (${to} - ${from})) * 1000)::double precision`,
    least: raw("least"),
    greatest: raw("greatest"),
    text: (column) => sql`${sql(column)}::text AS ${sql(column)}`,
    isoText: (time, name) => sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${sql(name)}`,
    json: (value) => sql`${value}::json`,
    tags: (value) => sql`${value}::jsonb`,
    decimal: (value) => sql`${value}::numeric`,
    hasTags: (tags) => sql.and(Object.entries(tags).map(([name, value]) => sql`tags ->> ${name} = ${value}`)),
    tag: (name) => sql`tags ->> ${name}`,
    day: (time) => sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`,
    quantiles: (value) => sql`percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ${value})`,
    input: (rows, columns) => {
      const types = { text: "text", integer: "bigint", real: "double precision" }
      const list = Object.entries(columns).map(([name, type]) => `${name} ${types[type]}`).join(", ")
      return sql`json_to_recordset(${JSON.stringify(rows)}::json) AS input(${raw(list)})`
    },
    skipLocked: raw("FOR UPDATE SKIP LOCKED"),
    forUpdate: raw("FOR UPDATE"),
    write: (effect) => repeated(inTransaction(sql)(effect)),
    writeOne: repeated,
    read: repeated,
    ping: sql`SELECT 1`,
    prepare: Effect.void,
    createTables: [
      sql`CREATE TABLE ${sql(prefix)} (
  id text COLLATE "C" PRIMARY KEY,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'settled', 'notVisible', 'failed')),
  tags jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object'),
  attempts integer NOT NULL DEFAULT 0,
  added_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  claim bigint NOT NULL DEFAULT 0,
  claimed_until timestamptz,
  taken_over boolean,
  cursor bigint,
  created_at timestamptz,
  model text,
  provider text,
  session text,
  app double precision,
  cost numeric,
  credits numeric,
  byok numeric,
  tokens_prompt double precision,
  tokens_completion double precision,
  tokens_cached double precision,
  tokens_reasoning double precision,
  latency double precision,
  generation_time double precision,
  failed_attempts integer,
  record json,
  error json
) WITH (fillfactor = 80, toast_tuple_target = 256)`,
      sql`CREATE INDEX ${sql(`${prefix}_due`)} ON ${sql(prefix)} (due_at) INCLUDE (added_at) WHERE state = 'pending'`,
      sql`CREATE UNIQUE INDEX ${sql(`${prefix}_cursor`)} ON ${
        sql(prefix)
      } (cursor) INCLUDE (state) WHERE cursor IS NOT NULL`,
      sql`CREATE INDEX ${sql(`${prefix}_created`)} ON ${sql(prefix)} (created_at) WHERE state = 'settled'`,
      ...fleetTable(sql, prefix, "timestamptz", "bigint")
    ]
  }
}

/** Reads wait this long for another process that recovers or checkpoints the file. */
const readBusy = Schedule.upTo(Schedule.spaced("50 millis"), "5 seconds")

const libsql = (sql: SqlClient.SqlClient, prefix: string): Dialect => {
  const { sdk } = sql as { readonly sdk?: unknown }
  const raw = sql.literal
  const tagText = raw("CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(value AS TEXT) END")
  const format = raw("'%Y-%m-%dT%H:%M:%fZ'")
  holdConnection(sdk)
  return {
    name: "libsql",
    now: Effect.map(Clock.currentTimeMillis, (millis) => sql`${new Date(millis).toISOString()}`),
    time: (iso) => sql`${iso}`,
    timeText: (iso) => iso,
    plus: (time, millis) => sql`strftime(${format}, julianday(${time}) + (${millis}) / 86400000.0)`,
    between: (from, to) => sql`((julianday(${to}) - julianday(${from})) * 86400000.0)`,
    least: raw("min"),
    greatest: raw("max"),
    text: (column) => sql`CAST(${sql(column)} AS TEXT) AS ${sql(column)}`,
    isoText: (time, name) => sql`${time} AS ${sql(name)}`,
    json: (value) => value,
    tags: (value) => value,
    decimal: (value) => value,
    hasTags: (tags) =>
      sql.and(
        Object.entries(tags).map(([name, value]) =>
          sql`EXISTS (SELECT 1 FROM json_each(tags) WHERE key = ${name} AND ${tagText} = ${value})`
        )
      ),
    tag: (name) => sql`(SELECT ${tagText} FROM json_each(tags) WHERE key = ${name} AND type <> 'null')`,
    day: (time) => sql`substr(${time}, 1, 10)`,
    quantiles: null,
    input: (rows, columns) => {
      const list = Object.keys(columns).map((name) => `json_extract(value, '$.${name}') AS ${name}`).join(", ")
      return sql`(SELECT ${raw(list)} FROM json_each(${JSON.stringify(rows)})) AS input`
    },
    skipLocked: raw(""),
    forUpdate: raw(""),
    write: inTransaction(sql),
    // Outside a transaction a write is lost on a connection that a SQLITE_BUSY of the caller has spoiled.
    writeOne: inTransaction(sql),
    read: Effect.retry({ while: isBusy, schedule: readBusy }),
    ping: null,
    prepare: Effect.asVoid(sql`PRAGMA journal_mode = WAL`),
    createTables: [
      sql`CREATE TABLE ${sql(prefix)} (
  id TEXT PRIMARY KEY NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'settled', 'notVisible', 'failed')),
  tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags) AND json_type(tags) = 'object'),
  attempts INTEGER NOT NULL DEFAULT 0,
  added_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  due_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  finished_at TEXT,
  claim INTEGER NOT NULL DEFAULT 0,
  claimed_until TEXT,
  taken_over INTEGER,
  cursor INTEGER,
  created_at TEXT,
  model TEXT,
  provider TEXT,
  session TEXT,
  app REAL,
  cost TEXT,
  credits TEXT,
  byok TEXT,
  tokens_prompt REAL,
  tokens_completion REAL,
  tokens_cached REAL,
  tokens_reasoning REAL,
  latency REAL,
  generation_time REAL,
  failed_attempts INTEGER,
  record TEXT,
  error TEXT
)`,
      sql`CREATE INDEX ${sql(`${prefix}_due`)} ON ${sql(prefix)} (due_at, added_at) WHERE state = 'pending'`,
      sql`CREATE UNIQUE INDEX ${sql(`${prefix}_cursor`)} ON ${sql(prefix)} (cursor, state) WHERE cursor IS NOT NULL`,
      sql`CREATE INDEX ${sql(`${prefix}_created`)} ON ${sql(prefix)} (created_at) WHERE state = 'settled'`,
      ...fleetTable(sql, prefix, "TEXT", "INTEGER")
    ]
  }
}

/** The one row that all workers share: the pause, the window of the rate limit and the last cursor. */
const fleetTable = (sql: SqlClient.SqlClient, prefix: string, time: string, integer: string): ReadonlyArray<Sql> => {
  const table = sql(`${prefix}_fleet`)
  const raw = sql.literal
  return [
    sql`CREATE TABLE ${table} (
  one integer PRIMARY KEY CHECK (one = 1),
  paused_reason text,
  paused_since ${raw(time)},
  paused_until ${raw(time)},
  paused_message text,
  window_start ${raw(time)},
  window_count ${raw(integer)} NOT NULL DEFAULT 0,
  cursor ${raw(integer)} NOT NULL DEFAULT 0
)`,
    sql`INSERT INTO ${table} (one) VALUES (1)`
  ]
}
