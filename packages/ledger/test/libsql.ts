import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import type * as SqlClient from "@effect/sql/SqlClient"
import { Layer } from "effect"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The path of a file that does not exist yet, in a new folder. */
export const newFile = () => join(mkdtempSync(join(tmpdir(), "ledger-")), "ledger.db")

/** A libsql database in a new file. */
export const libsql: Layer.Layer<SqlClient.SqlClient> = Layer.suspend(() =>
  LibsqlClient.layer({ url: `file:${newFile()}` })
)
