import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as SqlClient from "effect/sql/SqlClient"

/** Returns `true` inside a transaction of the caller. */
export const hasTransaction = ({ transactionService }: SqlClient.SqlClient): Effect.Effect<boolean> =>
  Effect.map(Effect.serviceOption(transactionService), Option.isSome)
