import { PgClient } from "@effect/sql-pg"
import { Redacted } from "effect"

/** Connects through a pooler that keeps no prepared statements. */
export const pooled = (url: string) => PgClient.layer({ url: Redacted.make(url), maxConnections: 4 })
