import { type Checked, guard, readOptions, reject, toEffect } from "@effect-openrouter/core/internal/check"
import * as Usage from "@effect-openrouter/core/Usage"
import { checkGenerationId } from "@effect-openrouter/generations/internal/generationId"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Stream from "effect/Stream"
import { LedgerError } from "../LedgerError.js"
import { checkDelay } from "./checkSpan.js"
import type {
  Change,
  Counts,
  Entry,
  Ids,
  LedgerOptions,
  LedgerService,
  SettleOptions,
  State,
  SummarizeOptions,
  Tags
} from "./contract.js"
import { fromClient, type Sql } from "./dialect.js"
import { isIds, isStorable } from "./ids.js"
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
  { prefix = "openrouter_ledger", privateFields = true }: LedgerOptions,
  place = placeName(client)
): Effect.Effect<LedgerWithStore, LedgerError> =>
  Effect.gen(function*() {
    const sql = client.withoutTransforms()
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,40}$/.test(prefix)) {
      return yield* new LedgerError({
        reason: "Schema",
        operation: "migrate",
        message: "prefix must be a name of letters, digits and underscores, of at most 41 characters"
      })
    }
    const dialect = fromClient(sql, prefix)
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

const span = (operation: string) => Effect.withSpan(`Ledger.${operation}`, { captureStackTrace: false })

const fromStore = (sql: SqlClient.SqlClient, store: Store.Store, privateFields: boolean): LedgerWithStore => {
  const decode =
    (operation: string) => <A>(effect: Effect.Effect<A, ParseResult.ParseError>): Effect.Effect<A, LedgerError> =>
      Effect.mapError(
        effect,
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
      isStorable(id)
        ? Effect.flatMap(store.find(id), (row) => row === null ? Effect.succeed(null) : decode("find")(toEntry(row)))
          .pipe(span("find"))
        : Effect.succeed(null),

    entries: (filter = {}) =>
      Stream.mapEffect(
        store.entries(filter),
        (row): Effect.Effect<Entry, LedgerError> => decode("entries")(toEntry(row))
      ),

    counts: Effect.map(store.counts, ({ paused: [pause], states }): Counts => {
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
    }).pipe(span("counts")),

    retry: (which) =>
      Effect.suspend(() => {
        if (isIds(which)) {
          const ids = [...new Set(which)].filter(isStorable)
          return ids.length === 0 ? Effect.succeed(0) : store.retryIds(ids)
        }
        const condition = "state" in which ? which.state : "costUnknown"
        return Effect.flatMap(store.newestCursor, (upTo) => untilNone(store.retryPage(condition, upTo)))
      }).pipe(span("retry")),

    forget: ({ before }) => untilNone(store.forgetPage(before)).pipe(span("forget")),

    changes: ({ after, follow = true } = {}) => {
      const start = after === undefined || after === null ? null : Number(after)
      if (start !== null && !/^\d{1,15}$/.test(String(after))) {
        return Stream.fail(
          new LedgerError({ reason: "Unknown", operation: "changes", message: "after is not a cursor of a ledger" })
        )
      }
      return Stream.paginateChunkEffect(
        start,
        (after: number | null) =>
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
          })
      )
    },

    summarize: (by, options = {}) => {
      const paged = summarizePages(sql, store, by, options)
      const totals = store.totals(keyColumn(sql, store, by), options)
      // A sum or a speed may leave the range of doubles, which Postgres refuses and Usage.summarize does not.
      return span("summarize")(
        totals === null
          ? paged
          : totals.pipe(
            Effect.map(toSummaries),
            Effect.catchIf((error: LedgerError) => error.reason === "Unknown", () => paged)
          )
      )
    }
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

type By = keyof Usage.Keys | { readonly tag: string }

/** Returns the key of a row: an empty name says as little as none. */
const keyColumn = (sql: SqlClient.SqlClient, { dialect }: Store.Store, by: By): Sql => {
  if (typeof by === "object") return dialect.tag(by.tag)
  if (by === "day") return dialect.day(sql`created_at`)
  return by === "app" ? sql`app` : sql`nullif(${sql(by)}, '')`
}

const checkSettle = (
  given: Ids,
  options: SettleOptions | undefined
): Checked<{ readonly ids: ReadonlyArray<string>; readonly tags: Tags; readonly after: Duration.Duration }> =>
  Either.gen(function*() {
    const { after, tags } = yield* readOptions("options", options, ["after", "tags"])
    return {
      after: yield* checkDelay("after", after ?? 0),
      tags: yield* checkTags(tags ?? {}),
      ids: yield* guard("id", () => checkIds(given))
    }
  })

const checkIds = (given: unknown): Checked<ReadonlyArray<string>> => {
  if (!isIds(given)) return reject("id", "in an iterable of ids")
  const ids = new Set<string>()
  for (const id of given) {
    const checked = checkGenerationId(id)
    if (Either.isLeft(checked)) return Either.left(checked.left)
    ids.add(checked.right)
  }
  return Either.right([...ids])
}

const checkTags = (tags: unknown): Checked<Tags> =>
  guard("tags", () => {
    if (typeof tags !== "object" || tags === null || Array.isArray(tags)) return reject("tags", "an object of texts")
    const entries = Object.entries(tags)
    return entries.every((entry): entry is [string, string] => entry.every(isStorable))
      ? Either.right(Object.fromEntries(entries))
      : reject("tags", "an object of texts without NUL and lone surrogates")
  })

/** Repeats a write of one page until it changes nothing, and returns the sum. */
const untilNone = (page: Effect.Effect<number, LedgerError>): Effect.Effect<number, LedgerError> => {
  const next = (total: number): Effect.Effect<number, LedgerError> =>
    Effect.flatMap(page, (count) => count === 0 ? Effect.succeed(total) : next(total + count))
  return next(0)
}
