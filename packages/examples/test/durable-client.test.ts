import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Ledger } from "@effect-openrouter/ledger"
import * as LedgerEmbedded from "@effect-openrouter/ledger/LedgerEmbedded"
import { FetchHttpClient, FileSystem, HttpServer } from "@effect/platform"
import { NodeContext, NodeHttpServer } from "@effect/platform-node"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Layer, Redacted, Schedule } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const served = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.merge(NodeContext.layer),
  Layer.orDie
)

const program = fileURLToPath(new URL("../src/durable-client.ts", import.meta.url))

/** Waits until the ledger has an entry in a state. */
const waitFor = (id: string, state: string) =>
  Effect.repeat(Ledger.find(id), { until: (entry) => entry?.state === state, schedule: Schedule.spaced("50 millis") })
    .pipe(Effect.zipRight(Ledger.find(id)))

describe("a client that notes its calls in a ledger", () => {
  it.scopedLive("is killed in mid-stream, and the call is in the ledger with its cost", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const fs = yield* FileSystem.FileSystem
      const file = join(yield* fs.makeTempDirectoryScoped(), "ledger.db")
      const id = yield* emulator.reply({ text: "Glomma, Tana and Otra.", chunkDelay: "1 hour", usage: { cost: 0.5 } })
      const baseUrl = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))
      const client = spawn(process.execPath, ["--import", "tsx", program, file], {
        env: { ...process.env, OPENROUTER_API_KEY: "sk-or-v1-example", OPENROUTER_BASE_URL: baseUrl },
        stdio: ["ignore", "pipe", "inherit"]
      })
      yield* Effect.promise(() => once(client.stdout, "data"))
      const other = Ledger.layer().pipe(Layer.provide(LibsqlClient.layer({ url: `file:${file}` })))
      yield* Effect.provide(waitFor(id, "pending"), other)
      client.kill("SIGKILL")
      yield* Effect.promise(() => once(client, "exit"))

      const worker = LedgerEmbedded.layer({ filename: file }).pipe(
        Layer.provide(Generations.layer),
        Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-example"), baseUrl })),
        Layer.provide(FetchHttpClient.layer)
      )
      const entry = yield* Effect.provide(waitFor(id, "settled"), worker)
      assert.isTrue(entry?.record?.cancelled)
      const cost = entry?.cost ?? BigDecimal.unsafeFromNumber(0)
      assert.isTrue(BigDecimal.greaterThan(cost, BigDecimal.unsafeFromNumber(0)))
      assert.isTrue(BigDecimal.lessThan(cost, BigDecimal.unsafeFromNumber(0.5)))
    }).pipe(Effect.provide(served)), 120_000)
})
