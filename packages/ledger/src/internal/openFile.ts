/**
 * The client of a libsql file. The only module that imports `@effect/sql-libsql`, an optional peer.
 */
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { closeSync, existsSync, openSync, readSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { LedgerError } from "../LedgerError.js"
import { hasCode, notWritable, toLedgerError } from "./sqlError.js"

/**
 * Opens a file, and creates it if it does not exist. An error names `place`. The client throws if it cannot open the file.
 * A file that was truncated fails with `Corrupt`: SQLite would take some of them for empty databases.
 */
export const openFile = (
  path: string,
  place = path
): Effect.Effect<SqlClient.SqlClient, LedgerError, Scope.Scope> =>
  Effect.suspend(() => {
    const damage = findDamage(path)
    return damage === null
      ? Layer.build(LibsqlClient.layer({ url: pathToFileURL(path).href }))
      : Effect.fail(new LedgerError({ reason: "Corrupt", operation: "open", message: `${place} ${damage}` }))
  }).pipe(
    Effect.map(Context.get(SqlClient.SqlClient)),
    Effect.catchAllDefect((defect) =>
      Effect.fail(
        hasCode(defect)
          ? toLedgerError("open", place, defect)
          : new LedgerError({ reason: "Unavailable", operation: "open", message: `${place} ${findObstacle(path)}` })
      )
    )
  )

/** Returns why a file cannot be opened. The driver has neither a code nor words for it. */
const findObstacle = (path: string): string => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() === true) return "is a directory"
  return stats === undefined && !existsSync(dirname(path)) ? "is in a folder that does not exist" : notWritable
}

/** The beginning of a file of SQLite, its smallest page, and the place of the page size in the header. */
const magic = "SQLite format 3\0"
const minPageSize = 512
const pageSizeOffset = 16

/**
 * Returns what is wrong with a file, or `null` if SQLite itself can tell. A part of the file is missing if it has no whole
 * page, or if it is empty although its log is not. With a log, the last page of the file may be incomplete after a crash,
 * because the log still has it.
 */
const findDamage = (path: string): string | null => {
  const bytes = size(path)
  const hasLog = size(`${path}-wal`) > 0
  const isDamaged = "is damaged: its end is missing"
  if (bytes === 0) return hasLog ? isDamaged : null
  const header = readHeader(path)
  const isDatabase = magic.startsWith(header.toString("latin1", 0, magic.length))
  if (bytes < minPageSize) return isDatabase ? isDamaged : "is not a database"
  if (hasLog || !isDatabase) return null
  const pageSize = header.readUInt16BE(pageSizeOffset)
  // A page size of 1 means 65,536.
  return bytes % (pageSize === 1 ? 65_536 : pageSize) === 0 ? null : isDamaged
}

const readHeader = (path: string): Buffer => {
  const header = Buffer.alloc(minPageSize)
  const file = openSync(path, "r")
  try {
    return header.subarray(0, readSync(file, header, 0, minPageSize, 0))
  } finally {
    closeSync(file)
  }
}

/** Returns the size of a file; 0 if it cannot be read, because opening it says why. */
const size = (path: string): number => {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true ? stats.size : 0
}

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
