/**
 * A durable ledger of generations: one row for each, with its cost or the reason why that is unknown.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Filter, Ids, LedgerOptions, LedgerService, SettleOptions } from "./internal/contract.js"
import { make } from "./internal/makeLedger.js"
import type { LedgerError } from "./LedgerError.js"

export type {
  Change,
  Counts,
  Entry,
  Filter,
  Ids,
  LedgerOptions,
  LedgerService,
  Pause,
  SettleOptions,
  State,
  SummarizeOptions,
  Tags
} from "./internal/contract.js"

/** The durable ledger. A `LedgerWorker` settles its entries. */
export class Ledger extends Context.Tag("@effect-openrouter/ledger/Ledger")<Ledger, LedgerService>() {
  /**
   * Provides a ledger in the database of the `SqlClient`: Postgres or libsql. Creates and migrates its tables, which many
   * processes may do at once. Fails with `LedgerError` `Schema` if the tables are of a later version.
   */
  static readonly layer = (options: LedgerOptions = {}): Layer.Layer<Ledger, LedgerError, SqlClient.SqlClient> =>
    Layer.effect(this, Effect.flatMap(SqlClient.SqlClient, (sql) => make(sql, options)))

  /**
   * Adds ids that are to be settled. Once it returns, the ids are committed. In a caller's `sql.withTransaction` they are
   * committed or rolled back with it. Ids that are in the ledger already keep their entry. Fails with
   * `InvalidRequestError` for an id, a tag or a duration that is invalid; then nothing of the call is written.
   */
  static readonly settle = (ids: Ids, options?: SettleOptions) =>
    Effect.flatMap(this, (ledger) => ledger.settle(ids, options))

  /** Returns the entry of an id, or `null` if there is none. */
  static readonly find = (id: string) => Effect.flatMap(this, (ledger) => ledger.find(id))

  /** Returns the selected entries in the order of their ids, read in pages. */
  static readonly entries = (filter?: Filter) => Stream.unwrap(Effect.map(this, (ledger) => ledger.entries(filter)))

  /** Returns the number of entries in each state, and the present pause. */
  static readonly counts = Effect.flatMap(this, (ledger) => ledger.counts)

  /**
   * Makes finished entries pending again and returns their number. Entries that are pending, or settled with a known cost,
   * are not changed.
   */
  static readonly retry = (which: Parameters<LedgerService["retry"]>[0]) =>
    Effect.flatMap(this, (ledger) => ledger.retry(which))

  /** Deletes entries that were finished before a time, never pending ones, and returns their number. */
  static readonly forget = (options: { readonly before: DateTime.Utc }) =>
    Effect.flatMap(this, (ledger) => ledger.forget(options))

  /**
   * Returns the outcomes in the order of the commits, after the given cursor. With `follow` (the default) the stream does
   * not end; without it ends at the newest outcome. Every outcome appears at least once, unless a retry replaces it first.
   */
  static readonly changes = (options?: Parameters<LedgerService["changes"]>[0]) =>
    Stream.unwrap(Effect.map(this, (ledger) => ledger.changes(options)))

  /**
   * Returns totals of settled entries by a key of `Usage.summarize` or by a tag, in the order of the first id of each key.
   * Entries without the tag have key `null`. A record that OpenRouter returned for several ids counts once.
   */
  static readonly summarize = (...args: Parameters<LedgerService["summarize"]>) =>
    Effect.flatMap(this, (ledger) => ledger.summarize(...args))
}
