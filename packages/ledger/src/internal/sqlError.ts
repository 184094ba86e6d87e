/**
 * The mapping from errors of SQL drivers to `LedgerError`. Drivers quote parameters and connection strings in their
 * messages, so only the code of the database is kept.
 */
import * as Predicate from "effect/Predicate"
import { LedgerError } from "../LedgerError.js"

type Reason = LedgerError["reason"]

/** The words for a file that cannot be written. SQLite also writes a log beside it. */
export const notWritable = "cannot be opened for writing: allow it in the permissions of the file and of its folder"

/** Returns `true` if an error or one of its causes has the code of a database or of Node.js. */
export const hasCode = (error: unknown): boolean => innermost(error).code !== null

/** Returns the `LedgerError` for the failure of an operation; `place` names the database, such as a file. */
export const toLedgerError = (operation: string, place: string, error: unknown): LedgerError => {
  const { code, message } = innermost(error)
  const reason = toReason(code, message)
  const suffix = code === null ? "" : ` (${code})`
  const problem = problems.find(([pattern]) => code !== null && pattern.test(code))?.[1] ?? words[reason]
  return new LedgerError({ reason, operation, message: `${place} ${problem}${suffix}` })
}

/** Returns `true` if another connection holds a lock of SQLite. */
export const isBusy = (error: unknown): boolean => innermost(error).code?.startsWith("SQLITE_BUSY") === true

/** Returns `true` if Postgres ended a transaction in favor of another one. */
export const isConflict = (error: unknown): boolean => conflict.test(innermost(error).code ?? "")

/** A serialization failure, and a deadlock. */
const conflict = /^40(?:001|P01)$/

const words: Record<Reason, string> = {
  Unavailable: "cannot be reached",
  Locked: "is locked by another process",
  Corrupt: "is not a database or is damaged",
  Full: "has no space left on its disk",
  Schema: "does not have the tables of this version",
  Unknown: "could not run the statement"
}

/** The words for what a person can correct. */
const problems: ReadonlyArray<readonly [code: RegExp, problem: string]> = [
  [/^28/, "rejected the user or the password: correct them in the URL of the database, or in PGUSER and PGPASSWORD"],
  [/^3D000$/, "has no such database: create it, or correct its name in the URL of the database"],
  [/^42501$/, "denied a permission: grant it to the user of the connection"],
  [/^3F000$/, "has no schema for the tables: correct the search_path of the connection"],
  [
    /^(?:26000|42P05)$/,
    "is behind a connection pooler without prepared statements: turn them off in the client of the database, or on in the pooler"
  ],
  [/^08P01$/, "cannot be reached: the log of its connection pooler, such as PgBouncer, says why"],
  [/^25006$/, "accepts no writes: connect to the primary server"],
  [/^57014$/, "canceled the statement, for example after its statement_timeout"],
  [/^SQLITE_(?:READONLY|CANTOPEN|PERM)|^E(?:ACCES|PERM|ROFS)$/, notWritable],
  [/^ERR_INVALID_URL$/, "has a URL that cannot be read: percent-encode its user and password, and check its port"]
]

// SQLSTATE classes of Postgres, codes of SQLite, and codes of Node.js. What says nothing about the values of a statement is not
// Unknown, because a worker gives up an outcome that the database cannot store.
const codes: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/^SQLITE_(?:BUSY|LOCKED)|^55P03$/, "Locked"],
  [conflict, "Locked"],
  [/^SQLITE_(?:NOTADB|CORRUPT)|^XX00[12]$/, "Corrupt"],
  [/^SQLITE_FULL|^53100$|^ENOSPC$/, "Full"],
  [/^42(?:P01|P07|703|883)$/, "Schema"],
  [
    /^(?:08|25|26|28|3D|3F|53|55|57|58)...$|^42(?:501|P05)$|^SQLITE_(?:CANTOPEN|IOERR|NOMEM|PERM|PROTOCOL|READONLY)|^E[A-Z]+$/,
    "Unavailable"
  ]
]

/** SQLite has one code for most errors of statements. */
const missing = /\bno such (?:table|column)\b/

const toReason = (code: string | null, message: string): Reason => {
  if (code === null) return "Unavailable"
  if (code === "SQLITE_ERROR" && missing.test(message)) return "Schema"
  return codes.find(([pattern]) => pattern.test(code))?.[1] ?? "Unknown"
}

interface Problem {
  /** `null` if a connection broke. */
  readonly code: string | null
  readonly message: string
}

const none: Problem = { code: null, message: "" }

/** Returns the innermost code of an error and its causes, with its message. */
const innermost = (error: unknown, depth = 0): Problem => {
  if (!Predicate.isRecord(error) && !(error instanceof Error) || depth > 5) return none
  const { cause, code, message }: { readonly cause?: unknown; readonly code?: unknown; readonly message?: unknown } =
    error
  const inner = innermost(cause, depth + 1)
  return inner.code === null && typeof code === "string" && code !== ""
    ? { code: withName(code), message: String(message) }
    : inner
}

/** Replaces the number of an extended code that libsql does not know by the name of its group. */
const withName = (code: string): string => {
  const [, number] = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code) ?? []
  return number === undefined ? code : groups[Number(number) & 0xff] ?? code
}

const groups: Readonly<Record<number, string>> = {
  1: "SQLITE_ERROR",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  26: "SQLITE_NOTADB"
}
