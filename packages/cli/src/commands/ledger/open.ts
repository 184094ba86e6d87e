import { Ledger } from "@effect-openrouter/ledger/Ledger"
import { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { existsSync } from "node:fs"
import { text } from "../../internal/arguments/option.js"
import { ExitCode, Stop } from "../../internal/output/exit.js"
import { printable } from "../../internal/output/printable.js"

/** `--ledger FILE|postgres://…`: where the ledger is. */
export const ledgerOption = text(
  "FILE|URL",
  "A file, or the URL of a Postgres. Default: OPENROUTER_LEDGER, else openrouter-ledger.db"
)

/** The place of a ledger. The URL may have a password. */
export type Place =
  | { readonly _tag: "File"; readonly filename: string }
  | { readonly _tag: "Postgres"; readonly url: Redacted.Redacted }

/** Returns the place that the option, or else the environment, names. */
export const findPlace = (option: string | undefined): Effect.Effect<Place> =>
  Effect.map(
    option === undefined
      ? Effect.orElseSucceed(Config.nonEmptyString("OPENROUTER_LEDGER"), () => "openrouter-ledger.db")
      : Effect.succeed(option),
    (name): Place =>
      /^postgres(?:ql)?:/i.test(name)
        ? { _tag: "Postgres", url: Redacted.make(name) }
        : { _tag: "File", filename: name }
  )

/** A client of Postgres. The driver is loaded only for it. */
export const postgres = (url: Redacted.Redacted): Layer.Layer<SqlClient.SqlClient, LedgerError> =>
  Layer.unwrapEffect(Effect.gen(function*() {
    const { PgClient } = yield* Effect.promise(() => import("./postgres.js"))
    const { toLedgerError } = yield* Effect.promise(() => import("@effect-openrouter/ledger/internal/sqlError"))
    const fail = (error: unknown) => Layer.fail(toLedgerError("open", "The database", error))
    return Layer.catchAll(
      PgClient.layer({ url, applicationName: "openrouter-generations", connectTimeout: "9 seconds" }),
      fail
    )
  }))

/** A client of a file. The native module of libsql is loaded only for it. */
const file = (filename: string): Layer.Layer<SqlClient.SqlClient, LedgerError> =>
  Layer.scoped(
    SqlClient.SqlClient,
    Effect.gen(function*() {
      const { openFile, realPath } = yield* libsql(() => import("@effect-openrouter/ledger/internal/openFile"))
      return yield* openFile(realPath(filename))
    })
  )

/** Loads a module that imports libsql, which npm may have left out. */
export const libsql = <A>(load: () => Promise<A>): Effect.Effect<A, LedgerError> =>
  Effect.tryPromise({
    try: load,
    catch: () =>
      new LedgerError({
        reason: "Unavailable",
        operation: "open",
        message: "A ledger in a file needs the optional dependency @libsql/client, which is not installed"
      })
  })

/** Runs a subcommand over the ledger. A file may be open in another process. */
export const withLedger = <A, R>(
  option: string | undefined,
  { create }: { readonly create: boolean },
  effect: Effect.Effect<A, LedgerError | Stop, R>
): Effect.Effect<A, Stop, Exclude<R, Ledger>> =>
  Effect.flatMap(findPlace(option), (place) => {
    if (place._tag === "File" && !create && !existsSync(place.filename)) {
      return new Stop({ code: ExitCode.ledger, problem: `${printable(place.filename)} does not exist` })
    }
    const database = place._tag === "Postgres" ? postgres(place.url) : file(place.filename)
    return stopOnLedgerError(Effect.provide(effect, Layer.provide(Ledger.layer(), database)))
  })

/** Turns the error of a ledger, which never has a password, into the end of the command. */
export const stopOnLedgerError = <A, E, R>(
  effect: Effect.Effect<A, E | LedgerError, R>
): Effect.Effect<A, Exclude<E, LedgerError> | Stop, R> =>
  Effect.catchAll(effect, (error): Effect.Effect<never, Exclude<E, LedgerError> | Stop> =>
    error instanceof LedgerError
      ? new Stop({ code: ExitCode.ledger, problem: printable(error.message) })
      : Effect.fail(error as Exclude<E, LedgerError>))
