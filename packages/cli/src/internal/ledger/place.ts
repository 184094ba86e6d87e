import { toFilePath } from "@effect-openrouter/ledger/internal/filePath"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { existsSync } from "node:fs"
import { value } from "../arguments/option.js"
import { ExitCode, Stop } from "../output/exit.js"
import { printable } from "../output/printable.js"

/** The file of the ledger in the working directory, where nothing names another one. */
const defaultFile = "openrouter-ledger.db"

const variable = Config.nonEmptyString("OPENROUTER_LEDGER")

/** An option whose value is a file or the URL of a Postgres. An empty text is a variable of a shell that is not set. */
export const placeOption = (description: string) =>
  value("FILE|URL", description, {
    fallback: undefined,
    parse: (text) => text === "" ? Either.left("Expected a file or the URL of a Postgres") : Either.right(text)
  })

/** `--ledger FILE|postgres://…`: where the ledger is. */
export const ledgerOption = placeOption(
  `A file, or the URL of a Postgres. Default: OPENROUTER_LEDGER, else ${defaultFile}`
)

/** The place of a ledger. The URL may have a password. */
export type Place =
  | { readonly _tag: "File"; readonly filename: string }
  | { readonly _tag: "Postgres"; readonly url: Redacted.Redacted }

/** Returns true if a text is the URL of a Postgres, and so may have a password. */
export const isPostgresUrl = (name: string): boolean => /^postgres(?:ql)?:/i.test(name)

/** Rejects the URL of another database, and does not quote it, because it may have a password. */
const toPlace = (name: string): Effect.Effect<Place, Stop> => {
  if (isPostgresUrl(name)) return Effect.succeed({ _tag: "Postgres", url: Redacted.make(name) })
  const filename = toFilePath(name)
  return filename === null
    ? new Stop({
      code: ExitCode.ledger,
      problem: "--ledger (or OPENROUTER_LEDGER) must be the path of a file, a file: URL or postgres://…"
    })
    : Effect.succeed({ _tag: "File", filename })
}

/** Returns the place that the option, or else the environment, names. */
export const findPlace = (option: string | undefined): Effect.Effect<Place, Stop> =>
  Effect.flatMap(
    option === undefined ? Effect.orElseSucceed(variable, () => defaultFile) : Effect.succeed(option),
    toPlace
  )

/** Returns the place that the environment names, or the default file if it exists, or else `null`. */
export const findDefaultPlace: Effect.Effect<Place | null, Stop> = Effect.map(
  findPlace(undefined),
  (place) => place._tag === "File" && !existsSync(place.filename) ? null : place
)

/** Returns the name of a place for messages: a file, or a URL without its user, password and parameters. */
export const placeName = (place: Place): string => {
  if (place._tag === "File") return printable(place.filename)
  try {
    const { host, pathname } = new URL(Redacted.value(place.url))
    return printable(`postgres://${host}${pathname}`)
  } catch {
    return "Postgres"
  }
}
