/**
 * The mapping from errors of SQL drivers to `LedgerError`. Drivers quote parameters and connection strings in their
 * messages, so only the code of the database is kept.
 */
import * as Predicate from "effect/Predicate"
import { LedgerError } from "../LedgerError.js"

type Reason = LedgerError["reason"]

/** Returns the `LedgerError` for the failure of an operation; `place` names the database, such as a file. */
export const toLedgerError = (operation: string, place: string, error: unknown): LedgerError => {
  const code = databaseCode(error)
  const reason = toReason(code)
  const suffix = code === null ? "" : ` (${code})`
  const problem = problems.find(([pattern]) => code !== null && pattern.test(code))?.[1] ?? words[reason]
  return new LedgerError({ reason, operation, message: `${place} ${problem}${suffix}` })
}

/** Returns `true` if another connection holds a lock of SQLite. */
export const isBusy = (error: unknown): boolean => databaseCode(error)?.startsWith("SQLITE_BUSY") === true

const words: Record<Reason, string> = {
  Unavailable: "cannot be reached",
  Locked: "is locked by another process",
  Corrupt: "is not a database or is damaged",
  Full: "has no space left on its disk",
  Schema: "has tables of another version",
  Unknown: "could not run the statement"
}

/** The words for what a person can correct. */
const problems: ReadonlyArray<readonly [code: RegExp, problem: string]> = [
  [/^28/, "rejected the user or the password: correct them in the URL of the database, or in PGUSER and PGPASSWORD"],
  [/^3D000$/, "has no such database: create it, or correct its name in the URL of the database"],
  [/^ERR_INVALID_URL$/, "has a URL that cannot be read: percent-encode its user and password"]
]

// SQLSTATE classes of Postgres, codes of SQLite, and codes of Node.js.
const codes: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/^SQLITE_(?:BUSY|LOCKED)|^55P03$|^40P01$|^40001$/, "Locked"],
  [/^SQLITE_(?:NOTADB|CORRUPT)|^XX00[12]$/, "Corrupt"],
  [/^SQLITE_FULL|^53100$|^ENOSPC$/, "Full"],
  [/^42(?:P01|703|883)$/, "Schema"],
  [/^08|^25006$|^57|^58|^53[23]00$|^28|^3D000$|^SQLITE_(?:CANTOPEN|IOERR|READONLY)|^E[A-Z]+$/, "Unavailable"]
]

const toReason = (code: string | null): Reason =>
  code === null ? "Unavailable" : codes.find(([pattern]) => pattern.test(code))?.[1] ?? "Unknown"

/** Returns the innermost code of an error and its causes. An error without one is a connection that broke. */
const databaseCode = (error: unknown, depth = 0): string | null => {
  if (!Predicate.isRecord(error) && !(error instanceof Error) || depth > 5) return null
  const { cause, code }: { readonly cause?: unknown; readonly code?: unknown } = error
  return databaseCode(cause, depth + 1) ?? (typeof code === "string" && code !== "" ? code : null)
}
