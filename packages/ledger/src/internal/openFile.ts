/**
 * The client of a libsql file. The only module that imports `@effect/sql-libsql`, an optional peer.
 */
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { realpathSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { LedgerError } from "../LedgerError.js"
import { toLedgerError } from "./sqlError.js"

/** Opens a file, and creates it if it does not exist. An error names `place`. The client throws if it cannot open the file. */
export const openFile = (
  path: string,
  place = path
): Effect.Effect<SqlClient.SqlClient, LedgerError, Scope.Scope> =>
  Layer.build(LibsqlClient.layer({ url: pathToFileURL(path).href })).pipe(
    Effect.map(Context.get(SqlClient.SqlClient)),
    Effect.catchAllDefect((defect) => Effect.fail(toLedgerError("open", place, defect)))
  )

/** Returns the path without links, so that two names of one file are one file. The file itself may not exist yet. */
export const realPath = (filename: string): string => {
  const path = resolve(filename)
  try {
    return realpathSync(path)
  } catch {
    // The file does not exist. Its folder may be a link.
  }
  try {
    return join(realpathSync(dirname(path)), basename(path))
  } catch {
    // The folder does not exist either: opening the file will say so.
    return path
  }
}
