// The ledger in a file. The native module of libsql is loaded only for it.
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { Generations } from "@effect-openrouter/generations/Generations"
import type { Ledger } from "@effect-openrouter/ledger/Ledger"
import { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import type { WorkerOptions } from "@effect-openrouter/ledger/LedgerWorker"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Loads a module that imports libsql, which npm may have left out. */
const libsql = <A>(load: () => Promise<A>): Effect.Effect<A, LedgerError> =>
  Effect.tryPromise({
    try: load,
    catch: (error) =>
      new LedgerError({
        reason: "Unavailable",
        operation: "open",
        message: "A ledger in a file needs the optional dependency @libsql/client, which cannot be loaded: " +
          (error instanceof Error ? error.message : String(error))
      })
  })

/** A client of a file. */
export const openFile = (filename: string): Layer.Layer<SqlClient.SqlClient, LedgerError> =>
  Layer.scoped(
    SqlClient.SqlClient,
    Effect.gen(function*() {
      const { openFile, realPath } = yield* libsql(() => import("@effect-openrouter/ledger/internal/openFile"))
      const sql = yield* openFile(realPath(filename))
      // Moves the log into the file as far as nobody reads it, so that a copy of the file has what was added.
      yield* Effect.addFinalizer(() => Effect.ignore(sql`PRAGMA wal_checkpoint(PASSIVE)`))
      return sql
    })
  )

/** The ledger in a file, with a worker that settles its entries. */
export const withWorker = (
  filename: string,
  options: WorkerOptions
): Layer.Layer<Ledger, LedgerError | InvalidRequestError, Generations> =>
  Layer.unwrapEffect(
    Effect.map(
      libsql(() => import("@effect-openrouter/ledger/LedgerEmbedded")),
      (LedgerEmbedded) => LedgerEmbedded.layer({ filename, ...options })
    )
  )
