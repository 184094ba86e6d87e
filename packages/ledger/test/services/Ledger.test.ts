import { PgClient } from "@effect/sql-pg"
import { Redacted } from "effect"
import { ledgerSuite } from "../suite.js"

ledgerSuite("Postgres", PgClient.layer({ url: Redacted.make(process.env["POSTGRES_URL"] ?? "") }))
