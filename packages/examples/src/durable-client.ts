/**
 * A client whose calls are in a ledger from the first byte of their responses. The ledger is in the Postgres of `DATABASE_URL`. If
 * the process is killed in mid-stream, a worker of the ledger, here or elsewhere, still finds out what the call cost.
 */
import { observeFetch } from "@effect-openrouter/client"
import { Ledger } from "@effect-openrouter/ledger"
import * as PgClient from "@effect/sql-pg/PgClient"
import { Config, Layer, ManagedRuntime } from "effect"
import { apiKey, baseURL, model, prompt } from "./clients/environment.js"

const runtime = ManagedRuntime.make(
  Ledger.layer().pipe(Layer.provide(PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") })))
)

const settle = ({ id }: { readonly id: string }) => runtime.runPromise(Ledger.settle([id]))

const durableFetch = observeFetch(fetch, settle, { baseUrl: baseURL, onStart: settle })

const response = await durableFetch(`${baseURL}/chat/completions`, {
  method: "POST",
  headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
  body: JSON.stringify({ model, messages: [{ role: "user", content: prompt }], stream: true })
})
for await (const bytes of response.body ?? []) process.stdout.write(bytes)
await runtime.dispose()
