import type { Generation } from "@effect-openrouter/core/Generation"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { findDefaultPlace, findPlace, isPostgresUrl, type Place, placeName, placeOption } from "../ledger/place.js"
import { type Stop, usage } from "../output/exit.js"
import { Stdio, writeError } from "../output/stdio.js"
import type { Unreadable } from "../settlements/settlementReader.js"

/** The records of a file of settlements or of a ledger, each generation once. */
export interface Records {
  /** The file, or the ledger, for messages. */
  readonly name: string
  /** The records in batches. A second run of the stream returns them again. */
  readonly generations: Stream.Stream<ReadonlyArray<Generation>, Stop, Stdio>
  /** Number of ids without a record. */
  readonly without: Readonly<Record<"pending" | "notVisible" | "failed", number>>
  /** The part that could not be read, or `null`. */
  readonly unreadable: Unreadable | null
}

/** The source of records: a file of settlements, or standard input if it is `-`, or a ledger. */
export type Input =
  | { readonly _tag: "Settlements"; readonly file: string }
  | { readonly _tag: "Ledger"; readonly place: Place }

/** `--ledger FILE|postgres://…`: reads a ledger instead of a file of settlements. */
export const ledgerInput = placeOption("Read a ledger instead: its file, or the URL of its Postgres")

/**
 * Returns the source that the arguments name. Without any it is standard input; if that is neither a pipe nor a file, it is
 * the ledger in OPENROUTER_LEDGER, or else in the working directory, if there is one.
 */
export const chooseInput = (file: string | undefined, ledger: string | undefined): Effect.Effect<Input, Stop, Stdio> =>
  Effect.gen(function*() {
    if (ledger !== undefined) {
      return file === undefined
        ? { _tag: "Ledger", place: yield* findPlace(ledger) }
        : yield* usage("FILE and --ledger exclude each other")
    }
    if (file !== undefined) return { _tag: "Settlements", file: yield* checkFile(file) }
    const { stdin } = yield* Stdio
    const place = stdin.isRedirected() ? null : yield* findDefaultPlace
    if (place === null) return { _tag: "Settlements", file: "-" }
    yield* writeError(`Reading the ledger ${placeName(place)}.\n`)
    return { _tag: "Ledger", place }
  })

/** Returns the name of a file of settlements, and rejects a URL, which may have a password. */
export const checkFile = (file: string): Effect.Effect<string, Stop> =>
  isPostgresUrl(file)
    ? usage("the URL of a Postgres is not a file of settlements", "name a ledger with --ledger")
    : Effect.succeed(file)
