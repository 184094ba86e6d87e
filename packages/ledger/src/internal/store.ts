/**
 * The statements of the ledger. All times are computed and compared by the database.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Chunk from "effect/Chunk"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Filter, Pause, State, SummarizeOptions, Tags } from "../Ledger.js"
import { LedgerError } from "../LedgerError.js"
import type { Dialect, Sql } from "./dialect.js"
import { recordColumns, type RecordRow, type Row } from "./row.js"
import { toLedgerError } from "./sqlError.js"

/** An id that a worker holds. The number of the claim fences late outcomes. */
export interface Claim {
  readonly id: string
  readonly claim: number
}

/**
 * The end of one request. `settled`, `notFound`, `transient` and `failed` are outcomes of the entry; `held` leaves it as due
 * as it was, because the fleet is paused.
 */
export interface Outcome extends Claim, Partial<RecordRow> {
  readonly kind: "settled" | "notFound" | "transient" | "failed" | "held"
  /** The encoded error, or `null`. */
  readonly error: string | null
}

/** What a recorded outcome led to. */
export interface Recorded {
  readonly id: string
  readonly state: State
  /** Milliseconds since the entry was added. */
  readonly age: number
}

/** The pause of the fleet, and the milliseconds until its end or its next probe. */
export interface FleetPause {
  readonly reason: Pause["reason"]
  readonly left: number
}

/** The pause of the fleet as `counts` reads it. */
export interface PauseRow {
  readonly paused_reason: Pause["reason"]
  readonly paused_message: string
  readonly paused_since: string
  readonly paused_until: string
  readonly time_left: number | string
}

/** The columns that a summary needs. */
export interface UsageRow {
  readonly id: string
  readonly key: string | null
  readonly created_at: string | null
  readonly credits: string | null
  readonly byok: string | null
  readonly tokens_prompt: string | null
  readonly tokens_completion: string | null
  readonly tokens_cached: string | null
  readonly tokens_reasoning: string | null
  readonly latency: string | null
  readonly generation_time: string | null
  readonly failed_attempts: string | null
}

/** How long one operation waits for the database. */
const operationTimeout = Duration.seconds(10)

/** Rows of one page. */
const pageSize = 500

/** Ids of one `INSERT`. */
const insertSize = 2000

/** The longest pause between two requests for one id. */
const maxPause = Duration.toMillis(Duration.hours(6))
const minPause = 500

export type Store = ReturnType<typeof make>

/** Returns the statements over one database; `place` names the database in errors. */
export const make = (sql: SqlClient.SqlClient, dialect: Dialect, prefix: string, place: string) => {
  const raw = sql.literal
  const table = sql(prefix)
  const fleet = sql(`${prefix}_fleet`)

  /** Turns errors of the driver, and a database that does not answer, into a `LedgerError`. */
  const run = <A, R>(operation: string, effect: Effect.Effect<A, SqlError, R>): Effect.Effect<A, LedgerError, R> =>
    effect.pipe(
      Effect.mapError((error) => toLedgerError(operation, place, error)),
      // The driver may wait for a connection without end, also while it is interrupted.
      Effect.disconnect,
      Effect.interruptible,
      Effect.timeoutFail({
        duration: operationTimeout,
        onTimeout: () =>
          new LedgerError({
            reason: "Unavailable",
            operation,
            message: `${place} did not answer within ${Duration.format(operationTimeout)}`
          })
      })
    )

  const write = <A, R>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError, R>
  ): Effect.Effect<A, LedgerError, R> => run(operation, dialect.write(Effect.flatMap(dialect.now, effect)))

  const writeOne = <A, R>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError, R>
  ): Effect.Effect<A, LedgerError, R> => run(operation, dialect.writeOne(Effect.flatMap(dialect.now, effect)))

  const read = <A, R>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError, R>
  ): Effect.Effect<A, LedgerError, R> => run(operation, dialect.read(Effect.flatMap(dialect.now, effect)))

  const entryColumns = sql.csv([
    "id",
    "state",
    dialect.text("tags"),
    dialect.text("attempts"),
    dialect.isoText(sql`added_at`, "added_at"),
    dialect.isoText(sql`due_at`, "due_at"),
    dialect.isoText(sql`finished_at`, "finished_at"),
    dialect.text("cost"),
    dialect.text("cursor"),
    dialect.text("record"),
    dialect.text("error")
  ])

  const inRange = (column: string, { since, until }: Pick<Filter, "since" | "until">): ReadonlyArray<Sql> => [
    ...(since === undefined ? [] : [sql`${sql(column)} >= ${dialect.time(DateTime.formatIso(since))}`]),
    ...(until === undefined ? [] : [sql`${sql(column)} < ${dialect.time(DateTime.formatIso(until))}`])
  ]

  const withTags = (tags: Tags | undefined): ReadonlyArray<Sql> =>
    tags === undefined || Object.keys(tags).length === 0 ? [] : [dialect.hasTags(tags)]

  const isDue = (now: Sql) =>
    sql`state = 'pending' AND due_at <= ${now} AND (claimed_until IS NULL OR claimed_until <= ${now})`

  const reset = (now: Sql) =>
    sql`state = 'pending', added_at = ${now}, due_at = ${now}, finished_at = NULL, cursor = NULL, claim = claim + 1,
claimed_until = NULL, created_at = NULL, model = NULL, provider = NULL, session = NULL, app = NULL, cost = NULL,
credits = NULL, byok = NULL, tokens_prompt = NULL, tokens_completion = NULL, tokens_cached = NULL,
tokens_reasoning = NULL, latency = NULL, generation_time = NULL, failed_attempts = NULL, record = NULL, error = NULL`

  const insert = (now: Sql, ids: ReadonlyArray<string>, tags: string, after: number) =>
    Effect.map(
      sql`INSERT INTO ${table} (id, tags, added_at, due_at)
SELECT id, ${dialect.tags(sql`${tags}`)}, ${now}, ${dialect.plus(now, sql`${after}`)}
FROM ${dialect.input(ids.map((id) => ({ id })), { id: "text" })} WHERE true
ON CONFLICT (id) DO NOTHING RETURNING id`,
      (rows) => rows.length
    )

  return {
    dialect,
    place,

    settle: (ids: ReadonlyArray<string>, tags: Tags, after: Duration.Duration) =>
      write("settle", (now) =>
        Effect.map(
          Effect.forEach(
            // In one order for all callers, so that two of them cannot wait for each other.
            Chunk.chunksOf(Chunk.unsafeFromArray(ids.toSorted()), insertSize),
            (chunk) => insert(now, Chunk.toReadonlyArray(chunk), JSON.stringify(tags), Duration.toMillis(after))
          ),
          (added) => added.reduce((sum, count) => sum + count, 0)
        )),

    find: (id: string) =>
      read("find", () => sql<Row>`SELECT ${entryColumns} FROM ${table} WHERE id = ${id}`).pipe(
        Effect.map((rows) => rows[0] ?? null)
      ),

    entries: ({ state, tags, ...range }: Filter): Stream.Stream<Row, LedgerError> => {
      const conditions = [
        ...(state === undefined ? [] : [sql`state = ${state}`]),
        ...inRange("added_at", range),
        ...withTags(tags)
      ]
      return pages((last) =>
        read("entries", () =>
          sql<Row>`SELECT ${entryColumns} FROM ${table}
WHERE ${sql.and([sql`id > ${last?.id ?? ""}`, ...conditions])} ORDER BY id LIMIT ${pageSize}`)
      )
    },

    counts: read("counts", (now) =>
      Effect.all({
        // Each from an index of its own: the table is not read.
        pending: sql<{ count: string; oldest: string | null }>`SELECT CAST(count(*) AS text) AS count, ${
          dialect.isoText(sql`min(added_at)`, "oldest")
        } FROM ${table} WHERE state = 'pending'`,
        finished: sql<{ state: State; count: string }>`SELECT state, CAST(count(*) AS text) AS count FROM ${table}
WHERE cursor IS NOT NULL GROUP BY state`,
        paused: sql<PauseRow>`SELECT paused_reason, paused_message, ${
          dialect.isoText(sql`paused_since`, "paused_since")
        }, ${dialect.isoText(sql`paused_until`, "paused_until")}, ${
          dialect.between(now, sql`paused_until`)
        } AS time_left FROM ${fleet} WHERE paused_reason IS NOT NULL`
      })),

    changes: (after: number | null) =>
      read(
        "changes",
        () =>
          sql<Row>`SELECT ${entryColumns} FROM ${table} WHERE ${
            sql.and([sql`cursor IS NOT NULL`, ...(after === null ? [] : [sql`cursor > ${after}`])])
          } ORDER BY ${table}.cursor LIMIT ${pageSize}`
      ),

    retryWhere: (condition: "notVisible" | "failed" | "costUnknown") =>
      writeOne("retry", (now) =>
        Effect.map(
          sql`UPDATE ${table} SET ${reset(now)} WHERE ${
            condition === "costUnknown" ? sql`state = 'settled' AND cost IS NULL` : sql`state = ${condition}`
          } RETURNING id`,
          (rows) => rows.length
        )),

    retryIds: (ids: ReadonlyArray<string>) =>
      writeOne("retry", (now) =>
        Effect.map(
          sql`UPDATE ${table} SET ${reset(now)} WHERE id IN (SELECT id FROM ${
            dialect.input(ids.map((id) => ({ id })), { id: "text" })
          }) AND state <> 'pending' AND (state <> 'settled' OR cost IS NULL) RETURNING id`,
          (rows) => rows.length
        )),

    /** Deletes at most one page of finished entries, and returns their number. */
    forgetPage: (before: DateTime.Utc) =>
      writeOne("forget", () =>
        Effect.map(
          sql`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE state <> 'pending' AND finished_at < ${
            dialect.time(DateTime.formatIso(before))
          } LIMIT ${pageSize * 20}) RETURNING id`,
          (rows) => rows.length
        )),

    usage: (key: Sql, { tags, ...range }: SummarizeOptions): Stream.Stream<UsageRow, LedgerError> =>
      pages((last) =>
        read("summarize", () =>
          sql<UsageRow>`SELECT id, ${key} AS key, ${
            sql.csv([
              dialect.isoText(sql`created_at`, "created_at"),
              ...["credits", "byok", "tokens_prompt", "tokens_completion", "tokens_cached", "tokens_reasoning"].map(
                dialect.text
              ),
              ...["latency", "generation_time", "failed_attempts"].map(dialect.text)
            ])
          } FROM ${table} WHERE ${
            sql.and([
              sql`state = 'settled'`,
              sql`id > ${last?.id ?? ""}`,
              ...inRange("created_at", range),
              ...withTags(tags)
            ])
          } ORDER BY id LIMIT ${pageSize}`)
      ),

    claim: (count: number, takeOver: Duration.Duration) =>
      writeOne("claim", (now) =>
        Effect.map(
          sql<{ id: string; claim: number | string }>`WITH due AS (SELECT id AS due_id FROM ${table} WHERE ${
            isDue(now)
          } ORDER BY due_at LIMIT ${count} ${dialect.skipLocked})
UPDATE ${table} SET claim = claim + 1, claimed_until = ${
            dialect.plus(now, sql`${Duration.toMillis(takeOver)}`)
          } FROM due WHERE id = due_id RETURNING id, claim`,
          (rows) => rows.map(({ claim, id }): Claim => ({ id, claim: Number(claim) }))
        )),

    /** Gives ids back that were not asked for. */
    release: (claims: ReadonlyArray<Claim>) =>
      write(
        "release",
        () =>
          sql`UPDATE ${table} SET claimed_until = NULL FROM ${
            dialect.input(claims.map(({ claim, id }) => ({ claim_id: id, number: claim })), {
              claim_id: "text",
              number: "integer"
            })
          } WHERE id = claim_id AND claim = number AND state = 'pending'`
      ),

    /** Gives all ids back, for a file that has only one worker. */
    releaseAll: writeOne(
      "release",
      () => sql`UPDATE ${table} SET claimed_until = NULL WHERE claimed_until IS NOT NULL`
    ),

    record: (outcomes: ReadonlyArray<Outcome>, within: Duration.Duration) =>
      write("record", (now) =>
        Effect.gen(function*() {
          // The lock on this row is held until the commit, so that cursors become visible in their order.
          const [{ cursor = 0 } = {}] = yield* sql<{ cursor: number | string }>`UPDATE ${fleet}
SET cursor = cursor + ${outcomes.length} RETURNING cursor`
          const first = Number(cursor) - outcomes.length + 1
          const rows = outcomes.map(({ claim, error, id, kind, ...record }, index) => ({
            next_id: id,
            number: claim,
            kind,
            next_cursor: first + index,
            error,
            ...record
          }))
          const columns = {
            next_id: "text",
            number: "integer",
            kind: "text",
            next_cursor: "integer",
            error: "text",
            ...recordColumns
          } as const
          const limit = dialect.plus(sql`${table}.added_at`, sql`${Duration.toMillis(within)}`)
          const age = dialect.between(sql`${table}.added_at`, now)
          const pause = sql`${dialect.least}(${dialect.greatest}(${age} / 2, ${minPause}), ${maxPause})`
          const value = (column: string) => sql`input.${sql(column)}`
          const settled = (column: keyof typeof recordColumns) => {
            const given = column === "record"
              ? dialect.json(value(column))
              : column === "created_at"
              ? raw(dialect.name === "postgres" ? "input.created_at::timestamptz" : "input.created_at")
              : column === "cost" || column === "credits" || column === "byok"
              ? dialect.decimal(value(column))
              : value(column)
            return sql`${sql(column)} = ${given}`
          }
          const isFinal =
            sql`(kind IN ('settled', 'failed') OR (kind IN ('notFound', 'transient') AND ${now} >= ${limit}))`
          const updated = yield* sql<{ id: string; state: State; age: number }>`UPDATE ${table} SET
attempts = attempts + 1,
claimed_until = NULL,
state = CASE WHEN NOT ${isFinal} THEN 'pending' WHEN kind = 'notFound' THEN 'notVisible' WHEN kind = 'settled' THEN 'settled' ELSE 'failed' END,
due_at = CASE WHEN kind IN ('notFound', 'transient') AND NOT ${isFinal} THEN ${dialect.least}(${
            dialect.plus(now, pause)
          }, ${limit}) ELSE due_at END,
finished_at = CASE WHEN ${isFinal} THEN ${now} ELSE NULL END,
cursor = CASE WHEN ${isFinal} THEN next_cursor ELSE NULL END,
error = CASE WHEN kind = 'settled' OR (kind = 'notFound' AND ${isFinal}) THEN NULL ELSE ${
            dialect.json(sql`input.error`)
          } END,
${sql.csv(Object.keys(recordColumns).map((column) => settled(column as keyof typeof recordColumns)))}
FROM ${dialect.input(rows, columns)}
WHERE id = next_id AND state = 'pending' AND (claim = number OR kind = 'settled')
RETURNING id, state, ${dialect.between(sql`${raw("added_at")}`, now)} AS age`
          return updated.map(({ age, id, state }): Recorded => ({ id, state, age: Number(age) }))
        })),

    /** Returns the pause of the fleet, if there is one. */
    readPause: read("pause", (now) =>
      Effect.map(
        sql<{ reason: Pause["reason"]; left: number | string }>`SELECT paused_reason AS reason, ${
          dialect.between(now, sql`paused_until`)
        } AS left FROM ${fleet} WHERE paused_reason IS NOT NULL`,
        ([row]): FleetPause | null => row === undefined ? null : { reason: row.reason, left: Number(row.left) }
      )),

    /** Begins a pause, or makes it longer. Returns `true` if the fleet was not paused for this reason before. */
    pause: (reason: Pause["reason"], message: string, duration: Duration.Duration) =>
      write("pause", (now) =>
        Effect.gen(function*() {
          const until = dialect.plus(now, sql`${Duration.toMillis(duration)}`)
          const begun = yield* sql`UPDATE ${fleet} SET paused_reason = ${reason}, paused_since = ${now},
paused_until = ${until}, paused_message = ${message} WHERE paused_reason IS NULL OR paused_reason <> ${reason} RETURNING one`
          if (begun.length === 0) {
            yield* sql`UPDATE ${fleet} SET paused_until = ${dialect.greatest}(paused_until, ${until}), paused_message = ${message}`
          }
          return begun.length > 0
        })),

    /** Ends a pause; that of a 429 only once its time has come. */
    resume: write(
      "pause",
      (now) =>
        sql`UPDATE ${fleet} SET paused_reason = NULL, paused_since = NULL, paused_until = NULL, paused_message = NULL
WHERE paused_reason <> 'TooManyRequests' OR paused_until <= ${now}`
    ),

    /** Takes the next probe of a pause. Only one worker gets `true`. */
    takeProbe: (interval: Duration.Duration, atOnce: boolean) =>
      write("pause", (now) =>
        Effect.map(
          sql`UPDATE ${fleet} SET paused_until = ${
            dialect.plus(now, sql`${Duration.toMillis(interval)}`)
          } WHERE paused_reason <> 'TooManyRequests' AND ${
            atOnce ? sql`true` : sql`paused_until <= ${now}`
          } RETURNING one`,
          (rows) => rows.length > 0
        )),

    /** Takes up to `count` permits of a window that all workers share, and returns their number and the rest of the window. */
    takePermits: (count: number, limit: number, window: Duration.Duration) =>
      write("rateLimit", (now) =>
        Effect.gen(function*() {
          const millis = Duration.toMillis(window)
          const [row] = yield* sql<{ age: number | string | null; used: number | string }>`SELECT ${
            dialect.between(sql`window_start`, now)
          } AS age, window_count AS used FROM ${fleet} ${dialect.forUpdate}`
          const age = row?.age === null || row?.age === undefined ? Infinity : Number(row.age)
          const isOver = !(age >= 0 && age < millis)
          const used = isOver ? 0 : Number(row?.used ?? 0)
          const granted = Math.max(Math.min(count, limit - used), 0)
          yield* isOver
            ? sql`UPDATE ${fleet} SET window_start = ${now}, window_count = ${granted}`
            : sql`UPDATE ${fleet} SET window_count = ${used + granted}`
          return { granted, left: Duration.millis(isOver ? millis : millis - age) }
        }))
  }
}

/** Reads pages until one is not full. `page` selects the rows after the last one. */
const pages = <A>(
  page: (after: A | null) => Effect.Effect<ReadonlyArray<A>, LedgerError>
): Stream.Stream<A, LedgerError> =>
  Stream.paginateChunkEffect(null as A | null, (after) =>
    Effect.map(page(after), (rows) => [
      Chunk.unsafeFromArray(rows),
      rows.length < pageSize ? Option.none() : Option.fromNullable(rows.at(-1))
    ]))
