/**
 * The types of a ledger, which its service and its parts share. `Ledger` exports them.
 */
import type { Generation } from "@effect-openrouter/core/Generation"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Usage from "@effect-openrouter/core/Usage"
import type * as BigDecimal from "effect/BigDecimal"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { LedgerError } from "../LedgerError.js"

/** The state of an entry: still asked for, its record is known, no record became visible in time, or it cannot be known. */
export type State = "pending" | "settled" | "notVisible" | "failed"

/** Names and values of the caller's own, such as a tenant or an order. */
export type Tags = { readonly [name: string]: string }

/** Ids of generations: 1 to 512 characters each, without NUL. An id that occurs twice counts once. */
export type Ids = Iterable<string> & object

/** One generation in the ledger. */
export interface Entry {
  /** The id of the generation. */
  readonly id: string
  /** The state. */
  readonly state: State
  /** The tags of the `settle` that added the id. */
  readonly tags: Tags
  /**
   * Number of requests whose outcome is recorded. `retry` does not reset it. A request counts twice if the database did not
   * confirm the record of its outcome, and a `retry` came before the worker recorded it again.
   */
  readonly attempts: number
  /** The time when the id was added or last retried; `within` counts from here. */
  readonly addedAt: DateTime.Utc
  /** The time of the next request while the entry is pending, else `null`. */
  readonly dueAt: DateTime.Utc | null
  /** The time of the outcome; `null` while the entry is pending. */
  readonly finishedAt: DateTime.Utc | null
  /** The record of a settled entry, else `null`. */
  readonly record: Generation | null
  /** The exact effective cost of a settled entry, in USD; `null` = unknown. */
  readonly cost: BigDecimal.BigDecimal | null
  /** The reason of a failed entry, or the last error of a pending one; else `null`. */
  readonly error: OpenRouterError | null
}

/** One outcome in the order of the commits. */
export interface Change {
  /** The position of the change, to continue after it. It stays valid permanently. */
  readonly cursor: string
  /** The entry with its outcome. */
  readonly entry: Entry
}

/** A pause of all workers, because a request for any id would fail now. */
export interface Pause {
  /** The kind of failure. */
  readonly reason: "Unauthorized" | "PaymentRequired" | "InvalidRequest" | "TooManyRequests" | "Unavailable"
  /** The beginning of the pause. */
  readonly since: DateTime.Utc
  /** The time of the next request: a probe, or the end of a 429's pause. */
  readonly until: DateTime.Utc
  /** The words of the error. */
  readonly message: string
}

/** The number of entries in each state. */
export interface Counts {
  readonly pending: number
  readonly settled: number
  readonly notVisible: number
  readonly failed: number
  /** `addedAt` of the oldest pending entry; `null` if none is pending. */
  readonly oldestPending: DateTime.Utc | null
  /** The present pause of the workers; `null` if there is none. */
  readonly paused: Pause | null
}

/** A selection of entries: `addedAt` in [`since`, `until`), and all the tags. */
export interface Filter {
  readonly state?: State | undefined
  readonly since?: DateTime.Utc | undefined
  readonly until?: DateTime.Utc | undefined
  readonly tags?: Tags | undefined
}

/** Options of `settle`. */
export interface SettleOptions {
  /** Names and values that are stored with each id. */
  readonly tags?: Tags | undefined
  /**
   * The time until the first request. 2 seconds saves a request where the completion has just ended.
   *
   * @default 0
   */
  readonly after?: Duration.DurationInput | undefined
}

/** Options of `summarize`: settled entries whose record was created in [`since`, `until`), with all the tags. */
export interface SummarizeOptions {
  readonly since?: DateTime.Utc | undefined
  readonly until?: DateTime.Utc | undefined
  readonly tags?: Tags | undefined
}

/** The service of a ledger. */
export interface LedgerService {
  /**
   * Adds ids that are to be settled. Once it returns, the ids are committed. In a caller's `sql.withTransaction` they are
   * committed or rolled back with it. Ids that are in the ledger already keep their entry. Fails with
   * `InvalidRequestError` for an id, a tag or a duration that is invalid; then nothing of the call is written.
   */
  readonly settle: (
    ids: Ids,
    options?: SettleOptions
  ) => Effect.Effect<{ readonly added: number }, LedgerError | InvalidRequestError>
  /** Returns the entry of an id, or `null` if there is none. */
  readonly find: (id: string) => Effect.Effect<Entry | null, LedgerError>
  /** Returns the selected entries in the order of their ids, read in pages. */
  readonly entries: (filter?: Filter) => Stream.Stream<Entry, LedgerError>
  /** Returns the number of entries in each state, and the present pause. */
  readonly counts: Effect.Effect<Counts, LedgerError>
  /**
   * Makes finished entries pending again and returns their number. Entries that are pending, or settled with a known cost,
   * are not changed.
   */
  readonly retry: (
    which: { readonly state: "notVisible" | "failed" } | { readonly costUnknown: true } | Ids
  ) => Effect.Effect<number, LedgerError>
  /** Deletes entries that were finished before a time, never pending ones, and returns their number. */
  readonly forget: (options: { readonly before: DateTime.Utc }) => Effect.Effect<number, LedgerError>
  /**
   * Returns the outcomes in the order of the commits, after the given cursor. With `follow` (the default) the stream does
   * not end; without it ends at the newest outcome. Every outcome appears at least once, unless a retry replaces it first.
   */
  readonly changes: (
    options?: { readonly after?: string | undefined; readonly follow?: boolean | undefined }
  ) => Stream.Stream<Change, LedgerError>
  /**
   * Returns totals of settled entries by a key of `Usage.summarize` or by a tag, in the order of the first id of each key.
   * Entries without the tag have key `null`. A record that OpenRouter returned for several ids counts once.
   */
  readonly summarize: (
    by: keyof Usage.Keys | { readonly tag: string },
    options?: SummarizeOptions
  ) => Effect.Effect<ReadonlyArray<Usage.Summary<string | number | null>>, LedgerError>
}

/** Options of a ledger. */
export interface LedgerOptions {
  /**
   * The name of the table, and the beginning of the names of its indexes and of its other tables. Letters, digits and
   * underscores.
   *
   * @default "openrouter_ledger"
   */
  readonly prefix?: string | undefined
  /**
   * If `false`, `origin`, `httpReferer`, `userAgent` and `externalUser` of a record are stored as `null`.
   *
   * @default true
   */
  readonly privateFields?: boolean | undefined
}
