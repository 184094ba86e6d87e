import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Ledger } from "@effect-openrouter/ledger"
import { TestRunner } from "@effect/cluster"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Layer, Schedule } from "effect"
import { join } from "node:path"
import { LedgerSingleton } from "../src/cluster.js"
import { emulated } from "./harness.js"

const database = Layer.unwrapScoped(Effect.gen(function*() {
  const fs = yield* FileSystem.FileSystem
  return LibsqlClient.layer({ url: `file:${join(yield* fs.makeTempDirectoryScoped(), "ledger.db")}` })
})).pipe(Layer.provide(NodeContext.layer))

const cluster = LedgerSingleton.pipe(
  Layer.provide(TestRunner.layer),
  Layer.provideMerge(Ledger.layer()),
  Layer.provide(database),
  Layer.provideMerge(emulated)
)

describe("a worker of the ledger in a Singleton of a cluster", () => {
  it.scopedLive("settles what is added", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", totalCost: 0.1, isByok: false })
      yield* Ledger.settle(["gen-1"])
      const entry = yield* Effect.repeat(Ledger.find("gen-1"), {
        until: (entry) => entry?.state === "settled",
        schedule: Schedule.spaced("50 millis")
      }).pipe(Effect.zipRight(Ledger.find("gen-1")))
      assert.strictEqual(BigDecimal.format(entry?.cost ?? BigDecimal.fromBigInt(0n)), "0.1")
    }).pipe(Effect.provide(cluster)), 60_000)
})
