/**
 * A ledger in a file, which needs a driver that Effect 4 does not have yet. The import fails, and says what to use instead.
 */
const message = "A ledger in a file is not available for Effect 4: a released SQL driver exists for Postgres only. " +
  "Use Ledger.layer and LedgerWorker.layer with PgClient.layer of @effect/sql-pg@4, or stay on Effect 3 with " +
  "@effect-openrouter/ledger@3"

/** Accepts no options. The type of its parameter has the words of the type error of a program that calls it. */
export declare const layer: (
  options:
    "A ledger in a file is not available for Effect 4: use Ledger.layer and LedgerWorker.layer with PgClient.layer of @effect/sql-pg@4"
) => never

throw new Error(message)
