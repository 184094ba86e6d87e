import { Ledger, type LedgerService } from "@effect-openrouter/ledger/Ledger"
import { LedgerError } from "@effect-openrouter/ledger/LedgerError"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { existsSync } from "node:fs"
import { ExitCode, Stop } from "../output/exit.js"
import { printable } from "../output/printable.js"
import { openFile } from "./file.js"
import { findPlace, type Place, placeName } from "./place.js"

/** A client of Postgres. The driver is loaded only for it. */
export const postgres = (place: Place & { readonly _tag: "Postgres" }): Layer.Layer<SqlClient.SqlClient, LedgerError> =>
  Layer.unwrapEffect(Effect.gen(function*() {
    const { postgresLayer } = yield* Effect.promise(() => import("./postgres.js"))
    const { toLedgerError } = yield* Effect.promise(() => import("@effect-openrouter/ledger/internal/sqlError"))
    return Layer.catchAll(
      postgresLayer({ url: place.url, applicationName: "openrouter-generations", connectTimeout: "9 seconds" }),
      (error) => Layer.fail(toLedgerError("open", placeName(place), error))
    )
  }))

/** Opens the ledger at a place until the scope ends. A file may be open in another process. */
export const openLedger = (
  place: Place,
  { create }: { readonly create: boolean }
): Effect.Effect<LedgerService, Stop, Scope.Scope> =>
  Effect.suspend(() => {
    if (place._tag === "File" && !create && !existsSync(place.filename)) {
      return new Stop({ code: ExitCode.ledger, problem: `${placeName(place)} does not exist` })
    }
    const database = place._tag === "Postgres" ? postgres(place) : openFile(place.filename)
    const opened = Layer.build(Layer.provide(Ledger.layer(), database))
    return stopOnLedgerError(Effect.map(opened, Context.get(Ledger)))
  })

/** Runs a subcommand over the ledger that an option, or else the environment, names. */
export const withLedger = <A, R>(
  option: string | undefined,
  { create }: { readonly create: boolean },
  effect: Effect.Effect<A, LedgerError | Stop, R>
): Effect.Effect<A, Stop, Exclude<Exclude<R, Ledger>, Scope.Scope>> =>
  findPlace(option).pipe(
    Effect.flatMap((place) => openLedger(place, { create })),
    Effect.flatMap((ledger) => stopOnLedgerError(Effect.provideService(effect, Ledger, ledger))),
    Effect.scoped
  )

/** Turns the error of a ledger, which never has a password, into the end of the command. */
export const toStop = ({ message }: LedgerError): Stop =>
  new Stop({ code: ExitCode.ledger, problem: printable(message) })

/** Ends the command with the error of a ledger. */
export const stopOnLedgerError = <A, E, R>(
  effect: Effect.Effect<A, E | LedgerError, R>
): Effect.Effect<A, Exclude<E, LedgerError> | Stop, R> =>
  Effect.catchAll(
    effect,
    (error): Effect.Effect<never, Exclude<E, LedgerError> | Stop> =>
      error instanceof LedgerError ? toStop(error) : Effect.fail(error as Exclude<E, LedgerError>)
  )
