import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { migrationSuite } from "../../migrationSuite.js"
import { pgOwn } from "../databases.js"

const structure = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return {
    columns: yield* sql`SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
    indexes: yield* sql`SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`,
    constraints: yield* sql`SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1`,
    options: yield* sql`SELECT relname, reloptions FROM pg_class WHERE relname LIKE 'openrouter%' ORDER BY 1`
  }
})

migrationSuite("Postgres", ["version-1.postgres.sql"], pgOwn, structure)
