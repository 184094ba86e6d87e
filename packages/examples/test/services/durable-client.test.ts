import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Ledger, LedgerWorker } from "@effect-openrouter/ledger"
import { FetchHttpClient, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Layer, Redacted, Schedule } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { createDatabase, postgres } from "./postgres.js"

const served = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.orDie
)

const program = fileURLToPath(new URL("../../src/durable-client.ts", import.meta.url))

/** Waits until the ledger has an entry in a state. */
const waitFor = (id: string, state: string) =>
  Effect.repeat(Ledger.find(id), { until: (entry) => entry?.state === state, schedule: Schedule.spaced("50 millis") })
    .pipe(Effect.zipRight(Ledger.find(id)))

describe("a client that notes its calls in a ledger", () => {
  it.scopedLive("is killed in mid-stream, and the call is in the ledger with its cost", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const databaseUrl = yield* createDatabase
      const id = yield* emulator.reply({ text: "Glomma, Tana and Otra.", chunkDelay: "1 hour", usage: { cost: 0.5 } })
      const baseUrl = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))
      const client = spawn(process.execPath, ["--import", "tsx", program], {
        env: {
          ...process.env,
          DATABASE_URL: databaseUrl,
          OPENROUTER_API_KEY: "sk-or-v1-example",
          OPENROUTER_BASE_URL: baseUrl
        },
        stdio: ["ignore", "pipe", "inherit"]
      })
      yield* Effect.promise(() => once(client.stdout, "data"))
      const ledger = Ledger.layer().pipe(Layer.provideMerge(postgres(databaseUrl)))
      yield* Effect.provide(waitFor(id, "pending"), ledger)
      client.kill("SIGKILL")
      yield* Effect.promise(() => once(client, "exit"))

      const worker = LedgerWorker.layer().pipe(
        Layer.provideMerge(ledger),
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
