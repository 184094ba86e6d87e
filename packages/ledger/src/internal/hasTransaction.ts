import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Returns `true` inside a transaction of the caller. */
export const hasTransaction = (_sql: SqlClient.SqlClient): Effect.Effect<boolean> =>
  Effect.map(Effect.serviceOption(SqlClient.TransactionConnection), Option.isSome)
