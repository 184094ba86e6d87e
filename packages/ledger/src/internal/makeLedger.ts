import { checkDurationOrZero, reject, toEffect } from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Usage from "@effect-openrouter/core/Usage"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Stream from "effect/Stream"
import type { Change, Counts, Entry, Ids, LedgerOptions, LedgerService, SettleOptions, Tags } from "../Ledger.js"
import { LedgerError } from "../LedgerError.js"
import { fromClient, type Sql } from "./dialect.js"
import { checkId, isIds } from "./ids.js"
import { migrate } from "./migrations.js"
import { toEntry, toUsage, utc } from "./row.js"
import * as Store from "./store.js"

/** The property under which a ledger carries its store, for a worker over the same tables. */
export const StoreTypeId: unique symbol = Symbol.for("@effect-openrouter/ledger/Store")

/** A ledger with what its worker needs. */
export interface LedgerWithStore extends LedgerService {
  readonly [StoreTypeId]: { readonly store: Store.Store; readonly privateFields: boolean }
}

/** Followers look for new changes this often. */
const followInterval = Duration.seconds(1)

/** Returns a ledger over a database, after its tables have been created and migrated. */
export const make = (
  client: SqlClient.SqlClient,
  { prefix = "openrouter_ledger", privateFields = true }: LedgerOptions,
  place = "The database"
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
        checkSettle(ids, options ?? {}),
        ({ after, ids, tags }) =>
          ids.length === 0
            ? Effect.succeed({ added: 0 })
            : Effect.map(store.settle(ids, tags, after), (added) => ({ added }))
      ),

    find: (id) =>
      Effect.flatMap(store.find(id), (row) => row === null ? Effect.succeed(null) : decode("find")(toEntry(row))),

    entries: (filter = {}) =>
      Stream.mapEffect(
        store.entries(filter),
        (row): Effect.Effect<Entry, LedgerError> => decode("entries")(toEntry(row))
      ),

    counts: Effect.map(store.counts, ({ finished, paused: [pause], pending: [pending] }): Counts => {
      const count = (state: string) => Number(finished.find((row) => row.state === state)?.count ?? 0)
      const oldest = pending?.oldest ?? null
      return {
        pending: Number(pending?.count ?? 0),
        settled: count("settled"),
        notVisible: count("notVisible"),
        failed: count("failed"),
        oldestPending: oldest === null ? null : utc(oldest),
        paused: pause === undefined || (pause.paused_reason === "TooManyRequests" && Number(pause.time_left) <= 0)
          ? null
          : {
            reason: pause.paused_reason,
            since: utc(pause.paused_since),
            until: utc(pause.paused_until),
            message: pause.paused_message
          }
      }
    }),

    retry: (which) => {
      if (!isIds(which)) return store.retryWhere("state" in which ? which.state : "costUnknown")
      const ids = [...new Set(which)]
      return ids.length === 0 ? Effect.succeed(0) : store.retryIds(ids)
    },

    forget: ({ before }) => {
      const next = (total: number): Effect.Effect<number, LedgerError> =>
        Effect.flatMap(
          store.forgetPage(before),
          (deleted) => deleted === 0 ? Effect.succeed(total) : next(total + deleted)
        )
      return next(0)
    },

    changes: ({ after, follow = true } = {}) => {
      const start = after === undefined ? null : Number(after)
      if (start !== null && !Number.isSafeInteger(start)) {
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

    summarize: (by, options = {}) =>
      Effect.suspend(() => {
        let key: string | number | null = null
        return Effect.flatMap(Usage.summarizer(() => key), ({ add, result }) =>
          Effect.map(
            Stream.runForEach(store.usage(keyColumn(sql, store, by), options), (row) =>
              Effect.sync(() => {
                key = toKey(by, row)
                add(toUsage(row))
              })),
            result
          ))
      })
  }
}

type By = keyof Usage.Keys | { readonly tag: string }

const keyColumn = (sql: SqlClient.SqlClient, { dialect }: Store.Store, by: By): Sql =>
  typeof by === "object" ? dialect.tag(by.tag) : by === "day" ? sql`NULL` : sql`${sql(by)}`

const toKey = (by: By, { created_at, key }: Store.UsageRow): string | number | null => {
  if (by === "day") return created_at === null ? null : created_at.slice(0, 10)
  if (key === null || key === "") return null
  return by === "app" ? Number(key) : key
}

const checkSettle = (
  given: Ids,
  { after = 0, tags = {} }: SettleOptions
): Effect.Effect<
  { readonly ids: ReadonlyArray<string>; readonly tags: Tags; readonly after: Duration.Duration },
  InvalidRequestError
> =>
  Effect.gen(function*() {
    const duration = yield* toEffect(checkDurationOrZero("after", after))
    if (!isIds(given)) return yield* toEffect(reject("id", "an iterable of ids"))
    const ids = new Set<string>()
    for (const id of given) ids.add(yield* toEffect(checkId(id)))
    for (const [name, value] of Object.entries(tags)) {
      if (typeof value !== "string" || /[\0\p{Cs}]/u.test(name + value)) {
        return yield* toEffect(reject("tags", "text without NUL and lone surrogates"))
      }
    }
    return { ids: [...ids], tags, after: duration }
  })
