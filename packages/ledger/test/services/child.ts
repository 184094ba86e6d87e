// A process that the tests start, kill, freeze and stop. Its configuration is a JSON object in the first argument.
import { OpenRouterClient } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { Generations } from "@effect-openrouter/generations"
import { Ledger, LedgerWorker } from "@effect-openrouter/ledger"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { writeSync } from "node:fs"
import { embedded } from "./embedded.js"
import { pooled } from "./pooled.js"

export interface ChildConfig {
  /** A worker, a worker over a file of its own, or a process that settles ids until it is killed. */
  readonly role: "worker" | "embedded" | "settler"
  /** The URL of Postgres, or the path of a file. */
  readonly database: string
  /** `true` for the URL of a connection pooler. */
  readonly isPooled?: boolean
  /** The base URL of OpenRouter. */
  readonly openRouter?: string
  readonly options?: LedgerWorker.WorkerOptions
  /** The beginning of the ids of a settler. */
  readonly name?: string
  /** Milliseconds that the clock of this process is ahead. */
  readonly clockSkew?: number
}

const config: ChildConfig = JSON.parse(process.argv[2] ?? "{}")

if (config.clockSkew !== undefined) {
  const { clockSkew } = config
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...args: ReadonlyArray<unknown>) {
      super(...(args.length === 0 ? [RealDate.now() + clockSkew] : args) as [number])
    }
    static override now() {
      return RealDate.now() + clockSkew
    }
  } as DateConstructor
}

/** Writes a line at once, so that a kill cannot lose it. */
const print = (line: string) => Effect.sync(() => void writeSync(1, `${line}\n`))

const OpenRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({
    apiKey: Redacted.make("sk-or-v1-0123456789abcdef"),
    baseUrl: config.openRouter ?? "http://127.0.0.1:1/api/v1"
  })),
  Layer.provide(NodeClient.layer)
)

const Database = config.isPooled === true
  ? pooled(config.database)
  : config.database.startsWith("postgres:")
  ? PgClient.layer({ url: Redacted.make(config.database), maxConnections: 4 })
  : LibsqlClient.layer({ url: `file:${config.database}` })

const worker = LedgerWorker.layer(config.options).pipe(
  Layer.provideMerge(Ledger.layer()),
  Layer.provide(OpenRouter),
  Layer.provide(Database)
)

const embeddedWorker = embedded({ filename: config.database, ...config.options }).pipe(Layer.provide(OpenRouter))

/** Settles ids, and prints each one after `settle` has returned. */
const settler = Effect.gen(function*() {
  for (let index = 0;; index++) {
    const id = `gen-${config.name}-${index}`
    yield* Effect.retry(Ledger.settle([id]), { while: ({ _tag }) => _tag === "LedgerError" })
    yield* print(id)
    yield* Effect.sleep("10 millis")
  }
})

const run = () => {
  switch (config.role) {
    case "worker":
      return Effect.zipRight(print("ready"), Effect.never).pipe(Effect.provide(worker))
    case "embedded":
      return Effect.zipRight(print("ready"), Effect.never).pipe(Effect.provide(embeddedWorker))
    case "settler":
      return settler.pipe(Effect.provide(Ledger.layer().pipe(Layer.provide(Database))))
  }
}

run().pipe(
  Effect.catchTag(
    "LedgerError",
    ({ message, reason }) => Effect.zipRight(print(`${reason}: ${message}`), Effect.fail(reason))
  ),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
