/**
 * A ledger in a file of its own, with its worker. The only module that imports `@effect/sql-libsql`, an optional peer.
 */
import { checkString, toEffect } from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { Generations } from "@effect-openrouter/generations/Generations"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { make, StoreTypeId } from "./internal/makeLedger.js"
import { toLedgerError } from "./internal/sqlError.js"
import { Ledger, type LedgerOptions } from "./Ledger.js"
import type { LedgerError } from "./LedgerError.js"
import * as LedgerWorker from "./LedgerWorker.js"

/** Options of a ledger in a file: the file, and the options of the ledger and of its worker. */
export interface LedgerEmbeddedOptions extends LedgerOptions, LedgerWorker.WorkerOptions {
  /** The path of the file. It is created if it does not exist; its folder must exist. */
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
    const filename = yield* toEffect(checkString("filename", options.filename))
    const path = realPath(filename)
    yield* lock(path)
    const sql = yield* connect(path, pathToFileURL(path).href)
    const ledger = yield* make(sql, options, path)
    // No other worker has this file: what the last process held is due at once.
    yield* ledger[StoreTypeId].store.releaseAll
    return Context.make(Ledger, ledger).pipe(Context.add(SqlClient.SqlClient, sql))
  })

/** Opens a client. It throws if the file cannot be created. */
const connect = (path: string, url: string): Effect.Effect<SqlClient.SqlClient, LedgerError, Scope.Scope> =>
  Layer.build(LibsqlClient.layer({ url })).pipe(
    Effect.map(Context.get(SqlClient.SqlClient)),
    Effect.catchAllDefect((defect) => Effect.fail(toLedgerError("open", path, defect)))
  )

/** Returns the path without links, so that two names of one file are one file. The file itself may not exist yet. */
const realPath = (filename: string): string => {
  const path = resolve(filename)
  try {
    return realpathSync(path)
  } catch {
    // The file does not exist. Its folder may be a link.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path))
  } catch {
    // The folder does not exist either: opening the file will say so.
    return path
  }
}

/**
 * Holds a write transaction on a second file until the scope ends. SQLite's file locks end with their process, however it
 * ends, and they also exclude a second connection of the same process.
 */
const lock = (path: string): Effect.Effect<void, LedgerError, Scope.Scope> =>
  Effect.gen(function*() {
    const client = yield* connect(path, `${pathToFileURL(path).href}.lock`)
    const held = yield* Deferred.make<void, SqlError>()
    yield* client.withTransaction(Effect.zipRight(Deferred.succeed(held, undefined), Effect.never)).pipe(
      Effect.catchAll((error) => Deferred.fail(held, error)),
      Effect.forkScoped
    )
    yield* Effect.mapError(Deferred.await(held), (error) => toLedgerError("open", path, error))
  })
