// A `SqlClient` over libsql for the tests of the ledger. No driver of libsql is released for Effect 4.
import { type Client, createClient, type Transaction } from "@libsql/client"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Reactivity from "effect/reactivity/Reactivity"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"

type Sdk = Client | Transaction

const attempt = <A>(run: () => Promise<A>) =>
  Effect.tryPromise({ try: run, catch: (cause) => new SqlError({ reason: classifySqliteError(cause, {}) }) })

const execute = (sdk: Sdk, sql: string, args: ReadonlyArray<unknown>) =>
  attempt(() => sdk.execute({ sql, args: [...args] as Array<string> }))

interface LibsqlConnection extends Connection {
  readonly sdk: Sdk
}

const connectTo = (sdk: Sdk): LibsqlConnection => {
  const rows: Connection["execute"] = (sql, args) => Effect.map(execute(sdk, sql, args), (result) => result.rows)
  const values: Connection["executeValues"] = (sql, args) =>
    Effect.map(execute(sdk, sql, args), (result) => result.rows.map((row) => Array.from(row)))
  return {
    sdk,
    execute: rows,
    executeUnprepared: rows,
    executeRaw: (sql, args) => execute(sdk, sql, args),
    executeValues: values,
    executeValuesUnprepared: values,
    executeStream: () => Stream.die(new Error("The ledger streams no statement"))
  }
}

const make = (options: { readonly url: string } | { readonly liveClient: Client }) =>
  Effect.gen(function*() {
    const sdk = "liveClient" in options
      ? options.liveClient
      : yield* Effect.acquireRelease(
        Effect.sync(() => createClient({ url: options.url })),
        (client) => Effect.sync(() => client.close())
      )
    const connection = connectTo(sdk)
    const semaphore = Semaphore.makeUnsafe(1)
    const transactionService = Context.Service<
      SqlClient.TransactionConnection,
      SqlClient.TransactionConnection.Service
    >("LibsqlTransaction")
    const transaction = (connection: Connection) => (connection as LibsqlConnection).sdk as Transaction
    const run = (prefix: string) => (connection: Connection, id: number) =>
      Effect.asVoid(connection.executeRaw(`${prefix} effect_sql_${id}`, []))
    const withTransaction = SqlClient.makeWithTransaction({
      transactionService,
      spanAttributes: [],
      acquireConnection: (restore): Effect.Effect<Connection, SqlError, Scope.Scope> =>
        Effect.acquireRelease(restore(semaphore.take(1)), () => semaphore.release(1)).pipe(
          Effect.andThen(attempt(() => sdk.transaction("write"))),
          Effect.map(connectTo)
        ),
      begin: () => Effect.void,
      savepoint: run("SAVEPOINT"),
      commit: (connection) => attempt(() => transaction(connection).commit()),
      rollback: (connection) => attempt(() => transaction(connection).rollback()),
      rollbackSavepoint: run("ROLLBACK TO SAVEPOINT")
    })
    const acquirer = Effect.flatMap(
      Effect.serviceOption(transactionService),
      Option.match({
        onNone: () => semaphore.withPermits(1)(Effect.succeed(connection)),
        onSome: ([connection]) => Effect.succeed(connection)
      })
    )
    const client = yield* SqlClient.make({
      acquirer,
      compiler: Statement.makeCompilerSqlite(),
      driver: "libsql",
      spanAttributes: [],
      transactionService
    })
    return Object.assign(client, { config: options, withTransaction, sdk })
  })

export const layer = (options: Parameters<typeof make>[0]): Layer.Layer<SqlClient.SqlClient> =>
  Layer.provide(Layer.effect(SqlClient.SqlClient, make(options)), Reactivity.layer)
