import { type Checked, checkString, toEffect } from "@effect-openrouter/core/internal/check"
import * as Usage from "@effect-openrouter/core/Usage"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Stream from "effect/Stream"
import { LedgerError } from "../LedgerError.js"
import {
  type By,
  checkChanges,
  checkFilter,
  checkForget,
  checkLedgerOptions,
  checkRetry,
  checkSettle,
  checkSummarize
} from "./checkArguments.js"
import type { Change, Counts, Entry, LedgerOptions, LedgerService, State, SummarizeOptions } from "./contract.js"
import { fromClient, type Sql } from "./dialect.js"
import { isStorable } from "./ids.js"
import { migrate } from "./migrations.js"
import { toEntry, toSummaries, toUsage, utc } from "./row.js"
import * as Store from "./store.js"

/** The property under which a ledger carries its store, for a worker over the same tables. */
export const StoreTypeId: unique symbol = Symbol.for("@effect-openrouter/ledger/Store")

/** A ledger with what its worker needs. */
export interface LedgerWithStore extends LedgerService {
  readonly [StoreTypeId]: { readonly store: Store.Store; readonly privateFields: boolean }
}

/** Returns the name of a file, which a client of libsql has in its configuration, or else a word for the database. */
const placeName = (client: SqlClient.SqlClient): string => {
  const { config }: { readonly config?: { readonly url?: unknown } } = client as object
  const [, path] = /^file:(?:\/\/(?=\/))?(.+)$/.exec(String(config?.url ?? "")) ?? []
  return path === undefined ? "The database" : decodeURI(path)
}

/** Followers look for new changes this often. */
const followInterval = Duration.seconds(1)

/** Returns a ledger over a database, after its tables have been created and migrated. */
export const make = (
  client: SqlClient.SqlClient,
  options: LedgerOptions,
  place = placeName(client)
): Effect.Effect<LedgerWithStore, LedgerError> =>
  Effect.gen(function*() {
    const { prefix, privateFields } = yield* checked("migrate", () => checkLedgerOptions(options))
    const sql = client.withoutTransforms()
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(prefix)) {
      return yield* new LedgerError({
        reason: "Schema",
        operation: "migrate",
        message: "prefix must be a name of letters, digits and underscores, of at most 41 characters"
      })
    }
    const dialect = fromClient(sql, prefix)
    if (dialect?.name === "libsql" && /^sqlite_/i.test(prefix)) {
      return yield* new LedgerError({
        reason: "Schema",
        operation: "migrate",
        message: "prefix must not begin with sqlite_, which SQLite reserves for its own tables"
      })
    }
    if (dialect === null) {
      return yield* new LedgerError({
        reason: "Unknown",
        operation: "migrate",
        message: "The ledger needs Postgres or libsql"
      })
    }
    yield* migrate(sql, dialect, prefix, place)
    return fromStore(sql, Store.make(sql, dialect, prefix, place), privateFields)
  })

/** Runs the check of the arguments of an operation whose only error is a `LedgerError`. */
const checked = <A>(operation: string, check: () => Checked<A>): Effect.Effect<A, LedgerError> =>
  Effect.mapError(
    Effect.suspend(() => toEffect(check())),
    ({ message }) => new LedgerError({ reason: "Unknown", operation, message })
  )

const span = (operation: string) => Effect.withSpan(`Ledger.${operation}`, { captureStackTrace: false })

const fromStore = (sql: SqlClient.SqlClient, store: Store.Store, privateFields: boolean): LedgerWithStore => {
  /** Fails with `Corrupt` if a row was changed by hand to something that this package did not write. */
  const decode =
    (operation: string) => <A>(effect: Effect.Effect<A, ParseResult.ParseError>): Effect.Effect<A, LedgerError> =>
      Effect.mapError(
        Effect.catchAllDefect(effect, (defect) => Effect.fail(defect)),
        () =>
          new LedgerError({ reason: "Corrupt", operation, message: `${store.place} holds a row that cannot be read` })
      )

  const changesAfter = (after: number | null): Effect.Effect<ReadonlyArray<Change>, LedgerError> =>
    Effect.flatMap(
      store.changes(after),
      Effect.forEach((row) =>
        Effect.map(decode("changes")(toEntry(row)), (entry): Change => ({ cursor: String(row.cursor), entry }))
      )
    )

  return {
    [StoreTypeId]: { store, privateFields },

    settle: (ids, options) =>
      Effect.flatMap(
        Effect.suspend(() => toEffect(checkSettle(ids, options))),
        ({ after, ids, tags }) =>
          Effect.zipRight(
            Effect.annotateCurrentSpan("openrouter.ledger.ids", ids.length),
            ids.length === 0
              ? Effect.succeed({ added: 0 })
              : Effect.map(store.settle(ids, tags, after), (added) => ({ added }))
          )
      ).pipe(span("settle")),

    find: (id) =>
      Effect.flatMap(checked("find", () => checkString("id", id)), (id) =>
        // No entry has an id that no database can store.
        isStorable(id)
          ? Effect.flatMap(store.find(id), (row) => row === null ? Effect.succeed(null) : decode("find")(toEntry(row)))
          : Effect.succeed(null)).pipe(span("find")),

    entries: (filter) =>
      Stream.unwrap(Effect.map(checked("entries", () => checkFilter(filter)), (filter) =>
        Stream.mapEffect(
          store.entries(filter),
          (row): Effect.Effect<Entry, LedgerError> => decode("entries")(toEntry(row))
        ))),

    counts: Effect.flatMap(store.counts, ({ paused: [pause], states }) =>
      decode("counts")(Effect.sync((): Counts => {
        const count = (state: State) => Number(states.find((row) => row.state === state)?.count ?? 0)
        const oldest = states.find(({ state }) => state === "pending")?.oldest ?? null
        return {
          pending: count("pending"),
          settled: count("settled"),
          notVisible: count("notVisible"),
          failed: count("failed"),
          oldestPending: oldest === null ? null : utc(oldest),
          paused: pause === undefined
            ? null
            : {
              reason: pause.paused_reason,
              since: utc(pause.paused_since),
              until: utc(pause.paused_until),
              message: pause.paused_message
            }
        }
      }))).pipe(span("counts")),

    retry: (which) =>
      Effect.flatMap(checked("retry", () => checkRetry(which)), (retried) => {
        if ("ids" in retried) return retried.ids.length === 0 ? Effect.succeed(0) : store.retryIds(retried.ids)
        return Effect.flatMap(store.newestCursor, (upTo) => untilNone(store.retryPage(retried.condition, upTo)))
      }).pipe(span("retry")),

    forget: (options) =>
      Effect.flatMap(checked("forget", () => checkForget(options)), (before) => untilNone(store.forgetPage(before)))
        .pipe(
          span("forget")
        ),

    changes: (options) =>
      Stream.unwrap(
        Effect.map(
          checked("changes", () => checkChanges(options)),
          ({ after, follow }) =>
            Stream.paginateChunkEffect(after, (after: number | null) =>
              Effect.flatMap(changesAfter(after), (changes) => {
                const last = changes.at(-1)
                const next = last === undefined ? after : Number(last.cursor)
                const page = [
                  Chunk.unsafeFromArray(changes),
                  last === undefined && !follow ? Option.none() : Option.some(next)
                ] as const
                return last === undefined && follow
                  ? Effect.as(Effect.sleep(followInterval), page)
                  : Effect.succeed(page)
              }))
        )
      ),

    summarize: (...given) =>
      Effect.flatMap(checked("summarize", () => checkSummarize(...given)), ({ by, options }) => {
        const paged = summarizePages(sql, store, by, options)
        const totals = store.totals(keyColumn(sql, store, by), options)
        // A sum or a speed may leave the range of doubles, which Postgres refuses and Usage.summarize does not.
        return totals === null
          ? paged
          : totals.pipe(
            Effect.map(toSummaries),
            Effect.catchIf((error: LedgerError) => error.reason === "Unknown", () => paged)
          )
      }).pipe(span("summarize"))
  }
}

const summarizePages = (
  sql: SqlClient.SqlClient,
  store: Store.Store,
  by: By,
  options: SummarizeOptions
): Effect.Effect<Summaries, LedgerError> =>
  Effect.suspend(() => {
    let key: string | number | null = null
    return Effect.flatMap(Usage.summarizer(() => key), ({ add, result }) =>
      Effect.map(
        Stream.runForEach(store.usage(keyColumn(sql, store, by), options), (row) =>
          Effect.sync(() => {
            key = by === "app" && row.key !== null ? Number(row.key) : row.key
            add(toUsage(row))
          })),
        result
      ))
  })

type Summaries = ReadonlyArray<Usage.Summary<string | number | null>>

/** Returns the key of a row: an empty name says as little as none. */
const keyColumn = (sql: SqlClient.SqlClient, { dialect }: Store.Store, by: By): Sql => {
  // No entry has a tag that no database can store.
  if (typeof by === "object") return isStorable(by.tag) ? dialect.tag(by.tag) : sql`CAST(NULL AS text)`
  if (by === "day") return dialect.day(sql`created_at`)
  return by === "app" ? sql`app` : sql`nullif(${sql(by)}, '')`
}

/** Repeats a write of one page until it changes nothing, and returns the sum. */
const untilNone = (page: Effect.Effect<number, LedgerError>): Effect.Effect<number, LedgerError> => {
  const next = (total: number): Effect.Effect<number, LedgerError> =>
    Effect.flatMap(page, (count) => count === 0 ? Effect.succeed(total) : next(total + count))
  return next(0)
}
