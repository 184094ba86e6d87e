/**
 * The statements of the ledger. All times are computed and compared by the database.
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Chunk from "effect/Chunk"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { LedgerError } from "../LedgerError.js"
import { bounded, type Step } from "./bounded.js"
import type { Filter, Pause, State, SummarizeOptions, Tags } from "./contract.js"
import type { Dialect, Sql } from "./dialect.js"
import { isStorable } from "./ids.js"
import type { Verdict } from "./outcome.js"
import { recordColumns, type RecordRow, type Row, type TotalsRow, type UsageRow } from "./row.js"
import { toLedgerError } from "./sqlError.js"
import { iso, storable } from "./text.js"

/** An id that a worker holds. The number of the claim fences late outcomes. */
export interface Claim {
  readonly id: string
  readonly claim: number
}

/** The outcome of one request. */
export interface Outcome extends Claim, Partial<RecordRow>, Omit<Verdict, "kind"> {
  readonly kind: "settled" | Verdict["kind"]
  /** The encoded error, or `null`. */
  readonly error: string | null
}

/** An id that a worker has claimed now. */
export interface NewClaim extends Claim {
  /** `true` if another worker had claimed it and did not record an outcome in time. */
  readonly expired: boolean
}

/** The entry after an outcome was recorded. */
export interface Recorded {
  readonly id: string
  readonly state: State
  /** Milliseconds since the entry was added. */
  readonly age: number
}

/** The state of all workers, and whether there is something to do. */
export interface Look {
  /** The pause, and the milliseconds until its end or its next probe. */
  readonly pause: { readonly reason: Pause["reason"]; readonly left: number } | null
  readonly hasDue: boolean
}

/** The pause of the fleet as `counts` reads it. */
export interface PauseRow {
  readonly paused_reason: Pause["reason"]
  readonly paused_message: string
  readonly paused_since: string
  readonly paused_until: string
}

/** Rows of one page with records. A record may have 600 kB. */
const pageSize = 100

/** Rows of one page without records. */
const smallPageSize = 2000

/** The longest pause between two requests for one id. */
const maxPause = Duration.toMillis(Duration.hours(6))
const minPause = 500

export type Store = ReturnType<typeof make>

/** Returns the statements over one database; `place` names the database in errors. */
export const make = (sql: SqlClient.SqlClient, dialect: Dialect, prefix: string, place: string) => {
  const table = sql(prefix)
  const fleet = sql(`${prefix}_fleet`)

  const fail = (operation: string) => (error: SqlError | LedgerError) =>
    error instanceof LedgerError ? error : toLedgerError(operation, place, error)

  const silent = (operation: string) =>
    new LedgerError({ reason: "Unavailable", operation, message: `${place} did not respond within 9 seconds` })

  /** Runs a transaction. `step` marks its statements, so that a long transaction is not taken for a silent database. */
  const write = <A>(
    operation: string,
    effect: (now: Sql, step: Step) => Effect.Effect<A, SqlError>
  ): Effect.Effect<A, LedgerError> =>
    bounded(
      (step) => dialect.write(step(Effect.flatMap(dialect.now, (now) => effect(now, step)))),
      () => silent(operation)
    ).pipe(Effect.mapError(fail(operation)))

  const writeOne = <A>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError>,
    ping: Dialect["ping"] = null
  ): Effect.Effect<A, LedgerError> =>
    bounded(
      (step) => dialect.writeOne(step(Effect.flatMap(dialect.now, effect))),
      () => silent(operation),
      ping
    ).pipe(Effect.mapError(fail(operation)))

  /** Runs a statement that may look for its rows in the whole table. It goes on as `readLong` does. */
  const writeLong = <A>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError>
  ): Effect.Effect<A, LedgerError> => writeOne(operation, effect, dialect.ping)

  const read = <A>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError>
  ): Effect.Effect<A, LedgerError> =>
    bounded(() => dialect.read(Effect.flatMap(dialect.now, effect)), () => silent(operation)).pipe(
      Effect.mapError(fail(operation))
    )

  /** Runs a query that may take long. It goes on as long as the database answers another connection. */
  const readLong = <A>(
    operation: string,
    effect: (now: Sql) => Effect.Effect<A, SqlError>
  ): Effect.Effect<A, LedgerError> =>
    bounded(
      () => dialect.read(Effect.flatMap(dialect.now, effect)),
      () => silent(operation),
      dialect.ping
    ).pipe(Effect.mapError(fail(operation)))

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
    ...(since === undefined ? [] : [sql`${sql(column)} >= ${dialect.time(iso(since))}`]),
    ...(until === undefined ? [] : [sql`${sql(column)} < ${dialect.time(iso(until))}`])
  ]

  /** The rows after the last one of a page. A plain INSERT may have added an empty id. */
  const afterId = (last: { readonly id: string } | null): Sql => last === null ? sql`1 = 1` : sql`id > ${last.id}`

  const withTags = (tags: Tags | undefined): ReadonlyArray<Sql> =>
    tags === undefined || Object.keys(tags).length === 0
      ? []
      // No entry has a tag that no database can store.
      : [Object.entries(tags).flat().every(isStorable) ? dialect.hasTags(tags) : sql`1 = 0`]

  /**
   * The settled rows of a summary, as a table. OpenRouter may return one record for several ids: of the selected rows with
   * the same record only one counts, that of the record's own id if there is one, else that of the smallest id. Nearly all
   * rows have a record of their own. They are a query of their own, which Postgres can run on several cores, and the other
   * query consists of joins, whose time does not grow with the square of the number of rows.
   */
  const settledIn = (range: Pick<Filter, "since" | "until">, tags: Tags | undefined) => {
    const selected = [sql`state = 'settled'`, ...inRange("created_at", range), ...withTags(tags)]
    const own = sql.and([sql`record_id IS NULL`, ...selected])
    const repeated = sql.and([sql`record_id IS NOT NULL`, ...selected])
    return sql`(SELECT * FROM ${table} WHERE ${own} UNION ALL SELECT * FROM ${table} AS repeated WHERE ${repeated}
AND id IN (SELECT min(id) FROM ${table} WHERE ${repeated} GROUP BY record_id)
AND NOT EXISTS (SELECT 1 FROM ${table} AS own WHERE own.id = repeated.record_id AND ${own})) AS counted`
  }

  /** The completion tokens per second of a time in milliseconds. */
  const perSecond = (millis: Sql) => sql`CASE WHEN ${millis} > 0 THEN tokens_completion / (${millis} / 1000) END`

  const isDue = (now: Sql) =>
    sql`state = 'pending' AND due_at <= ${now} AND (claimed_until IS NULL OR claimed_until <= ${now})`

  const reset = (now: Sql) =>
    sql`state = 'pending', added_at = ${now}, due_at = ${now}, finished_at = NULL, cursor = NULL, claim = claim + 1,
claimed_until = NULL, created_at = NULL, model = NULL, provider = NULL, session = NULL, app = NULL, cost = NULL,
credits = NULL, byok = NULL, tokens_prompt = NULL, tokens_completion = NULL, tokens_cached = NULL,
tokens_reasoning = NULL, latency = NULL, generation_time = NULL, failed_attempts = NULL, record = NULL, record_id = NULL,
error = NULL`

  /** A known cost is never asked for again. */
  const canRetry = sql`(state IN ('notVisible', 'failed') OR (state = 'settled' AND cost IS NULL))`

  /** A pause is in force until a request succeeds; that of a 429 until its time has come. */
  const isPaused = (now: Sql) =>
    sql`(paused_reason IS NOT NULL AND (paused_reason <> 'TooManyRequests' OR paused_until > ${now}))`

  /**
   * The columns of the pause after these outcomes, in their order. Only time ends the pause of a 429, and the longest one
   * counts.
   */
  const pauseColumns = (now: Sql, outcomes: ReadonlyArray<Outcome>): Sql => {
    const last = outcomes.reduce<Outcome | null>((last, outcome) => {
      if (last?.pause?.reason !== "TooManyRequests") return outcome.pause !== null || outcome.isUp ? outcome : last
      const isLonger = outcome.pause?.reason === "TooManyRequests" &&
        Duration.greaterThan(outcome.pause.duration, last.pause.duration)
      return isLonger ? outcome : last
    }, null)
    if (last === null) return sql``
    if (last.pause === null) {
      const value = (column: string) => sql`${sql(column)} = CASE WHEN ${isRateLimited(now)} THEN ${sql(column)} END`
      return sql`, ${sql.csv(["paused_reason", "paused_since", "paused_until", "paused_message"].map(value))}`
    }
    const { duration, message, reason } = last.pause
    const until = dialect.plus(now, sql`${Duration.toMillis(duration)}`)
    // Another reason must not cut the pause of a 429 short.
    const isKept = reason === "TooManyRequests" ? sql`1 = 0` : isRateLimited(now)
    const isSame = sql`(paused_reason = ${reason} AND ${isPaused(now)})`
    return sql`, paused_since = CASE WHEN ${isKept} OR ${isSame} THEN paused_since ELSE ${now} END,
paused_until = CASE WHEN ${isKept} THEN paused_until WHEN ${isSame} THEN ${dialect.greatest}(paused_until, ${until})
ELSE ${until} END,
paused_message = CASE WHEN ${isKept} THEN paused_message ELSE ${storable(message)} END,
paused_reason = CASE WHEN ${isKept} THEN paused_reason ELSE ${reason} END`
  }

  const isRateLimited = (now: Sql) => sql`(coalesce(paused_reason, '') = 'TooManyRequests' AND paused_until > ${now})`

  const update = (
    now: Sql,
    outcomes: ReadonlyArray<Outcome>,
    first: number,
    paused: boolean,
    within: Duration.Duration
  ) => {
    const rows = outcomes.map(({ claim, error, id, isUp: _isUp, kind, pause: _pause, ...record }, index) => ({
      next_id: id,
      number: claim,
      // A pause is no time in which an entry could have failed.
      kind: kind === "transient" && paused ? "held" : kind,
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
    const settled = (column: string) => {
      const given = column === "record"
        ? dialect.json(value(column))
        : column === "created_at"
        ? dialect.timeText(value(column))
        : column === "cost" || column === "credits" || column === "byok"
        ? dialect.decimal(value(column))
        : value(column)
      return sql`${sql(column)} = ${given}`
    }
    const isFinal = sql`(kind IN ('settled', 'failed') OR (kind IN ('notFound', 'transient') AND ${now} >= ${limit}))`
    return sql<{ id: string; state: State; age: number | string }>`UPDATE ${table} SET
attempts = attempts + 1,
claim = claim + 1,
claimed_until = NULL,
state = CASE WHEN NOT ${isFinal} THEN 'pending' WHEN kind = 'notFound' THEN 'notVisible' WHEN kind = 'settled' THEN 'settled' ELSE 'failed' END,
due_at = CASE WHEN kind = 'held' THEN ${now} WHEN NOT ${isFinal} THEN ${dialect.least}(${
      dialect.plus(now, pause)
    }, ${limit}) ELSE due_at END,
finished_at = CASE WHEN ${isFinal} THEN ${now} END,
cursor = CASE WHEN ${isFinal} THEN next_cursor END,
error = CASE WHEN kind = 'settled' OR (kind = 'notFound' AND ${isFinal}) THEN NULL ELSE ${
      dialect.json(sql`input.error`)
    } END,
${sql.csv(Object.keys(recordColumns).map(settled))}
FROM ${dialect.input(rows, columns)}
WHERE id = next_id AND state = 'pending' AND (claim = number OR kind = 'settled')
RETURNING id, state, ${dialect.between(sql`added_at`, now)} AS age`
  }

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
      write("settle", (now, step) =>
        Effect.map(
          Effect.forEach(
            // In one order for all callers, so that two of them cannot wait for each other.
            Chunk.chunksOf(Chunk.unsafeFromArray(ids.toSorted()), smallPageSize),
            (chunk) => step(insert(now, Chunk.toReadonlyArray(chunk), JSON.stringify(tags), Duration.toMillis(after)))
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
        readLong("entries", () =>
          sql<Row>`SELECT ${entryColumns} FROM ${table}
WHERE ${sql.and([afterId(last), ...conditions])} ORDER BY id LIMIT ${pageSize}`)
      )
    },

    // One statement counts, so that an entry that is recorded meanwhile counts once. Each part reads an index only.
    counts: readLong("counts", (now) =>
      Effect.all({
        states: sql<{ state: State; count: string; oldest: string | null }>`SELECT 'pending' AS state,
CAST(count(*) AS text) AS count, ${dialect.isoText(sql`min(added_at)`, "oldest")} FROM ${table} WHERE state = 'pending'
UNION ALL SELECT state, CAST(count(*) AS text), NULL FROM ${table} WHERE cursor IS NOT NULL GROUP BY state`,
        paused: sql<PauseRow>`SELECT paused_reason, paused_message, ${
          dialect.isoText(sql`paused_since`, "paused_since")
        }, ${dialect.isoText(sql`paused_until`, "paused_until")} FROM ${fleet} WHERE ${isPaused(now)}`
      })),

    /** Returns the age of the oldest pending entry in milliseconds; 0 if none is pending. It reads an index only. */
    oldestPending: read("oldestPending", (now) =>
      Effect.map(
        sql<{ age: number | string | null }>`SELECT ${
          dialect.between(sql`min(added_at)`, now)
        } AS age FROM ${table} WHERE state = 'pending'`,
        ([row]) => Math.max(Number(row?.age ?? 0), 0)
      )),

    changes: (after: number | null) =>
      read(
        "changes",
        () =>
          sql<Row>`SELECT ${entryColumns} FROM ${table} WHERE ${
            sql.and([sql`cursor IS NOT NULL`, ...(after === null ? [] : [sql`cursor > ${after}`])])
          } ORDER BY ${table}.cursor LIMIT ${pageSize}`
      ),

    /** Returns the cursor of the newest outcome. */
    newestCursor: read("retry", () =>
      Effect.map(
        sql<{ cursor: number | string }>`SELECT cursor FROM ${fleet}`,
        ([row]) => Number(row?.cursor ?? 0)
      )),

    /** Makes one page of entries pending again that were finished up to a cursor, and returns their number. */
    retryPage: (condition: "notVisible" | "failed" | "costUnknown", upTo: number) =>
      writeLong("retry", (now) =>
        Effect.map(
          sql`UPDATE ${table} SET ${reset(now)} WHERE id IN (SELECT id FROM ${table} WHERE cursor <= ${upTo} AND ${
            condition === "costUnknown" ? sql`state = 'settled'` : sql`state = ${condition}`
          } AND ${canRetry} ORDER BY cursor LIMIT ${smallPageSize} ${dialect.forUpdate}) RETURNING id`,
          (rows) => rows.length
        )),

    retryIds: (ids: ReadonlyArray<string>) =>
      writeOne("retry", (now) =>
        Effect.map(
          sql`UPDATE ${table} SET ${reset(now)} WHERE id IN (SELECT id FROM ${table} WHERE id IN (SELECT given FROM ${
            dialect.input(ids.map((id) => ({ given: id })), { given: "text" })
          }) AND ${canRetry} ORDER BY cursor ${dialect.forUpdate}) RETURNING id`,
          (rows) => rows.length
        )),

    /** Deletes one page of finished entries, and returns their number. */
    forgetPage: (before: DateTime.Utc) =>
      writeLong("forget", () =>
        Effect.map(
          sql`DELETE FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE state <> 'pending' AND finished_at < ${
            dialect.time(iso(before))
          } ORDER BY cursor LIMIT ${smallPageSize} ${dialect.forUpdate}) RETURNING id`,
          (rows) => rows.length
        )),

    usage: (key: Sql, { tags, ...range }: SummarizeOptions): Stream.Stream<UsageRow, LedgerError> =>
      pages((last) =>
        readLong("summarize", () =>
          sql<UsageRow>`SELECT id, ${key} AS key, ${
            sql.csv([
              dialect.isoText(sql`created_at`, "created_at"),
              ...["credits", "byok", "tokens_prompt", "tokens_completion", "tokens_cached", "tokens_reasoning"].map(
                dialect.text
              ),
              ...["latency", "generation_time", "failed_attempts"].map(dialect.text)
            ])
          } FROM ${settledIn(range, tags)} WHERE ${afterId(last)} ORDER BY id LIMIT ${smallPageSize}`), smallPageSize),

    /**
     * Returns the totals of each key in the order of its first id, as `usage` reads the rows, or `null` for a database that
     * cannot add them up exactly.
     */
    totals: (
      key: Sql,
      { tags, ...range }: SummarizeOptions
    ): Effect.Effect<ReadonlyArray<TotalsRow>, LedgerError> | null => {
      const { quantiles } = dialect
      if (quantiles === null) return null
      return readLong(
        "summarize",
        () =>
          sql<TotalsRow>`SELECT ${key} AS key, count(*)::text AS count, sum(credits)::text AS credits,
sum(byok)::text AS byok, count(*) FILTER (WHERE credits IS NOT NULL AND byok IS NOT NULL)::text AS known,
sum(tokens_prompt) AS prompt, sum(tokens_completion) AS completion, sum(tokens_cached) AS cached,
sum(tokens_reasoning) AS reasoning, coalesce(sum(failed_attempts), 0)::text AS failed_attempts,
${quantiles(perSecond(sql`generation_time`))} AS per_second,
${quantiles(perSecond(sql`(generation_time - latency)`))} AS after_first, ${quantiles(sql`latency`)} AS first
FROM ${settledIn(range, tags)} GROUP BY 1 ORDER BY min(id)`
      )
    },

    /** Claims ids that are due. During a pause only a probe claims one. */
    claim: (count: number, takeOver: Duration.Duration, isProbe: boolean) =>
      writeOne("claim", (now) =>
        Effect.map(
          sql<
            { id: string; claim: number | string; taken_over: unknown }
          >`WITH due AS (SELECT id AS due_id FROM ${table} WHERE ${isDue(now)}${
            isProbe ? sql`` : sql` AND NOT EXISTS (SELECT 1 FROM ${fleet} WHERE ${isPaused(now)})`
          } ORDER BY due_at LIMIT ${count} ${dialect.skipLocked})
UPDATE ${table} SET claim = claim + 1, taken_over = claimed_until IS NOT NULL, claimed_until = ${
            dialect.plus(now, sql`${Duration.toMillis(takeOver)}`)
          } FROM due WHERE id = due_id RETURNING id, claim, taken_over`,
          (rows) =>
            rows.map(({ claim, id, taken_over }): NewClaim => ({
              id,
              claim: Number(claim),
              expired: isTrue(taken_over)
            }))
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

    /**
     * Records outcomes, and begins, extends or ends the pause that they lead to, in one transaction. `claim + 1` fences a
     * repetition of the same write, of which the database did not confirm the first one.
     */
    record: (outcomes: ReadonlyArray<Outcome>, within: Duration.Duration) =>
      write("record", (now, step) =>
        Effect.gen(function*() {
          // The lock on this row is held until the commit, so that cursors become visible in their order.
          const [row] = yield* step(sql<{ cursor: number | string; paused: unknown; begun: unknown }>`UPDATE ${fleet}
SET cursor = cursor + ${outcomes.length}${pauseColumns(now, outcomes)}
RETURNING cursor, paused_reason IS NOT NULL AS paused, paused_reason IS NOT NULL AND paused_since = ${now} AS begun`)
          const first = Number(row?.cursor ?? 0) - outcomes.length + 1
          const updated = yield* step(update(now, outcomes, first, isTrue(row?.paused), within))
          return {
            recorded: updated.map(({ age, id, state }): Recorded => ({ id, state, age: Number(age) })),
            hasBegunPause: isTrue(row?.begun)
          }
        })),

    /** Returns the pause of the workers, if there is one, and whether an id is due. */
    look: read("look", (now) =>
      Effect.map(
        sql<{ reason: Pause["reason"] | null; remaining: number | string; due: unknown }>`SELECT CASE WHEN ${
          isPaused(now)
        } THEN paused_reason END AS reason, coalesce(${
          dialect.between(now, sql`paused_until`)
        }, 0) AS remaining, EXISTS (SELECT 1 FROM ${table} WHERE ${isDue(now)}) AS due FROM ${fleet}`,
        ([row]): Look => ({
          pause: row === undefined || row.reason === null ? null : { reason: row.reason, left: Number(row.remaining) },
          hasDue: isTrue(row?.due)
        })
      )),

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

/** Databases return a boolean, 0 or 1. */
const isTrue = (value: unknown): boolean => value === true || Number(value) === 1

/** Reads pages until one is not full. `page` selects the rows after the last one. */
const pages = <A>(
  page: (after: A | null) => Effect.Effect<ReadonlyArray<A>, LedgerError>,
  size = pageSize
): Stream.Stream<A, LedgerError> =>
  Stream.paginateChunkEffect(null as A | null, (after) =>
    Effect.map(page(after), (rows) =>
      [
        Chunk.unsafeFromArray(rows),
        rows.length < size ? Option.none() : Option.fromNullable(rows.at(-1))
      ] as const))
