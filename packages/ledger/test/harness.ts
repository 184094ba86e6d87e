import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Ledger, type LedgerOptions, LedgerWorker } from "@effect-openrouter/ledger"
import { LibsqlClient } from "@effect/sql-libsql"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const apiKey = Redacted.make("sk-or-v1-0123456789abcdef")

/** `Generations` over the emulator in memory. */
export const emulated = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey, retry: undefined })),
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)

/** A new file of its own for each layer. */
export const libsql = Layer.unwrapEffect(
  Effect.sync(() => LibsqlClient.layer({ url: `file:${join(mkdtempSync(join(tmpdir(), "ledger-")), "ledger.db")}` }))
)

export const postgres = PgClient.layer({ url: Redacted.make(process.env["POSTGRES_URL"] ?? "") })

let count = 0

/** A ledger in tables of its own. */
export const ledger = (options: LedgerOptions = {}) =>
  Layer.suspend(() => Ledger.layer({ prefix: `ledger_${process.pid}_${count++}`, ...options }))

export const worker = LedgerWorker.layer
