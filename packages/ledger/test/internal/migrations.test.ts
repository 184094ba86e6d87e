import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { libsql } from "../libsql.js"
import { migrationSuite } from "../migrationSuite.js"

const structure = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`SELECT name, sql FROM sqlite_master ORDER BY name`
)

migrationSuite("libsql", ["version-1.libsql.sql"], libsql, structure)
