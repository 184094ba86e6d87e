/**
 * A ledger in a file of its own, with its worker. It needs `@effect/sql-libsql`, an optional peer.
 */
import { toEffect } from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { Generations } from "@effect-openrouter/generations/Generations"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { checkEmbeddedOptions } from "./internal/checkArguments.js"
import { make, StoreTypeId } from "./internal/makeLedger.js"
import { openFile, realPath } from "./internal/openFile.js"
import { toLedgerError } from "./internal/sqlError.js"
import { Ledger, type LedgerOptions } from "./Ledger.js"
import type { LedgerError } from "./LedgerError.js"
import * as LedgerWorker from "./LedgerWorker.js"

/** Options of a ledger in a file: the file, and the options of the ledger and of its worker. */
export interface LedgerEmbeddedOptions extends LedgerOptions, LedgerWorker.WorkerOptions {
  /** The path of the file, or its `file:` URL. The file is created if it does not exist; its folder must exist. */
  readonly filename: string
}

/**
 * Provides a ledger in a file, and a worker that settles its entries. One file has one such layer: a second one, in any
 * process, fails with `LedgerError` `Locked`. The lock ends with its process. Other processes may open the same file with
 * `Ledger.layer` over `LibsqlClient` meanwhile. A file that is not a database fails with `Corrupt`, and is not changed.
 */
export const layer = (
  options: LedgerEmbeddedOptions
): Layer.Layer<Ledger | SqlClient.SqlClient, LedgerError | InvalidRequestError, Generations> =>
  LedgerWorker.layer(options).pipe(Layer.provideMerge(Layer.scopedContext(open(options))))

const open = (
  options: LedgerEmbeddedOptions
): Effect.Effect<Context.Context<Ledger | SqlClient.SqlClient>, LedgerError | InvalidRequestError, Scope.Scope> =>
  Effect.gen(function*() {
    const { filename, ...ledgerOptions } = yield* toEffect(checkEmbeddedOptions(options))
    const path = realPath(filename)
    yield* lock(path)
    const sql = yield* openFile(path)
    // Moves the log into the file, so that after the end of the scope a copy of the file needs no log.
    yield* Effect.addFinalizer(() => Effect.ignore(sql`PRAGMA wal_checkpoint(TRUNCATE)`))
    const ledger = yield* make(sql, ledgerOptions, path)
    // No other worker has this file: what the last process held is due at once.
    yield* ledger[StoreTypeId].store.releaseAll
    return Context.make(Ledger, ledger).pipe(Context.add(SqlClient.SqlClient, sql))
  })

/**
 * Holds a write transaction on a second file until the scope ends. SQLite's file locks end with their process, however it
 * ends, and they also exclude a second connection of the same process.
 */
const lock = (path: string): Effect.Effect<void, LedgerError, Scope.Scope> =>
  Effect.gen(function*() {
    const client = yield* openFile(`${path}.lock`, path)
    const held = yield* Deferred.make<void, SqlError>()
    yield* client.withTransaction(Effect.zipRight(Deferred.succeed(held, undefined), Effect.never)).pipe(
      Effect.catchAll((error) => Deferred.fail(held, error)),
      Effect.forkScoped
    )
    yield* Effect.mapError(Deferred.await(held), (error) => toLedgerError("open", path, error))
  })
