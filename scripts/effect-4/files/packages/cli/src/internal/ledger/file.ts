// The ledger in a file, which needs a driver that Effect 4 does not have yet.
import type { Ledger } from "@effect-openrouter/ledger/Ledger"
import { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"

const unavailable = Effect.fail(
  new LedgerError({
    reason: "Unavailable",
    operation: "open",
    message: "The embedded ledger needs a released libsql driver for Effect 4, which does not exist yet. " +
      "Name a Postgres with --ledger postgres://… or OPENROUTER_LEDGER, or use the command of version 3"
  })
)

/** Fails, because a file cannot be opened. */
export const openFile = (_filename: string): Layer.Layer<SqlClient.SqlClient, LedgerError> =>
  Layer.effectContext(unavailable)

/** Fails, because a file cannot be opened. */
export const withWorker = (_filename: string, _options: object): Layer.Layer<Ledger, LedgerError> =>
  Layer.effectContext(unavailable)
