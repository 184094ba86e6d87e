import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { FileSystem, HttpServer } from "@effect/platform"
import { NodeContext, NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
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

const example = fileURLToPath(new URL("../src/sweep.ts", import.meta.url))

/** Runs the program in a process of its own. */
const start = (baseUrl: string, ...args: ReadonlyArray<string>) =>
  spawn(process.execPath, ["--import", "tsx", example, ...args], {
    env: { ...process.env, OPENROUTER_API_KEY: "sk-or-v1-example", OPENROUTER_BASE_URL: `${baseUrl}/api/v1` },
    stdio: ["ignore", "ignore", "inherit"]
  })

const entries = (text: string): ReadonlyArray<{ readonly id: string; readonly cost: number | null }> =>
  text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line)]
    } catch {
      return [] // cut off by the kill
    }
  })

describe("a sweep", () => {
  it.scopedLive("continues after a kill, and repeats few requests", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      const [ids, ledger] = [join(folder, "ids.txt"), join(folder, "ledger.ndjson")]
      const all = Array.from({ length: 300 }, (_, index) => `gen-${index}`)
      for (const id of all) yield* emulator.add({ id, totalCost: 1e-8 })
      yield* emulator.faults(all.map(() => ({ delay: "20 millis" })))
      yield* fs.writeFileString(ids, all.join("\n"))
      const baseUrl = yield* HttpServer.addressFormattedWith(Effect.succeed)

      const killed = start(baseUrl, ids, ledger)
      yield* fs.watch(folder).pipe(
        Stream.mapEffect(() => Effect.orElseSucceed(fs.readFileString(ledger), () => "")),
        Stream.takeUntil((text) => entries(text).length >= 50),
        Stream.runDrain
      )
      killed.kill("SIGKILL")
      yield* Effect.promise(() => once(killed, "exit"))
      const before = entries(yield* fs.readFileString(ledger)).length
      assert.isBelow(before, all.length)

      const resumed = start(baseUrl, ids, ledger)
      assert.deepStrictEqual(yield* Effect.promise(() => once(resumed, "exit")), [0, null])
      const after = entries(yield* fs.readFileString(ledger))
      assert.sameMembers(after.map(({ id }) => id), all)
      assert.isTrue(after.every(({ cost }) => cost === 1e-8))
      // Asked twice is only what was in flight, or not yet written, when it was killed.
      assert.isAtMost((yield* emulator.requests).length, all.length + 64)
    }).pipe(Effect.provide(served)), 120_000)
})
