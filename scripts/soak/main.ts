// 200,000 calls at concurrency 64 over each transport, of which one in ten meets a fault: nothing may be answered wrong,
// lost, or left behind. `npm run soak -- client/node 20000` runs one with another count.
import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { Generations } from "@effect-openrouter/generations"
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Fiber, HashSet, Layer, Redacted, Schedule } from "effect"
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { faults } from "./faults.js"

const transports = {
  "client/node": NodeClient.layer,
  "NodeHttpClient.layerUndici": NodeHttpClient.layerUndici,
  "FetchHttpClient.layer": FetchHttpClient.layer
}

const [chosen = "", count = "200000"] = process.argv.slice(2)
const calls = Number(count)
const concurrency = 64
const faultNames = Object.keys(faults)

const receive = <A>(server: ChildProcess) =>
  Effect.async<A>((resume) => {
    server.once("message", (message) => resume(Effect.succeed(message as A)))
  })

const startServer = Effect.acquireRelease(
  Effect.sync(() => fork(fileURLToPath(new URL("server.ts", import.meta.url)), { execArgv: process.execArgv })),
  (server) => Effect.sync(() => server.disconnect())
).pipe(
  Effect.flatMap((server) =>
    Effect.map(receive<{ readonly port: number }>(server), ({ port }) => ({
      baseUrl: `http://127.0.0.1:${port}`,
      openSockets: Effect.suspend(() => {
        server.send({})
        return Effect.map(receive<{ readonly open: number }>(server), ({ open }) => open)
      })
    }))
  )
)

const retry = Schedule.intersect(
  RetryPolicy.backoff({
    strategy: "backoff",
    backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 10_000 },
    retryConnectionErrors: true,
    retryCodes: ["429", "5XX"]
  }),
  Schedule.recurs(1)
)

const tally = (): Record<string, number> => ({})
const note = (tally: Record<string, number>, name: string) => void (tally[name] = (tally[name] ?? 0) + 1)

const liveHeap = Effect.sync(() => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const soak = (transport: keyof typeof transports) =>
  Effect.gen(function*() {
    const { baseUrl, openSockets } = yield* startServer
    const met = tally()
    const ended = tally()
    const wrong: Array<string> = []

    const one = (index: number, prefix: string) => {
      const name = index % 10 === 0 ? faultNames[(index / 10) % faultNames.length] : undefined
      const id = `gen-${prefix}${index}`
      const expected = name === undefined ? ["answered"] : faults[name]?.outcomes ?? []
      return Generations.get(name === undefined ? id : `${id}:${name}`).pipe(
        Effect.map((generation) =>
          name === undefined && generation.id !== id ? `answered as ${generation.id}` : "answered"
        ),
        Effect.catchAll((error) => Effect.succeed(error._tag)),
        Effect.map((outcome) => {
          note(met, name ?? "none")
          note(ended, outcome)
          if (!expected.includes(outcome as "answered")) wrong.push(`${name ?? "none"}: ${outcome}`)
        })
      )
    }

    const run = (count: number, prefix: string) =>
      Effect.forEach(Array.from({ length: count }, (_, index) => index), (index) => one(index, prefix), {
        concurrency,
        discard: true
      }).pipe(Effect.timeoutOption("30 minutes"))

    const { before, grown } = yield* Effect.gen(function*() {
      yield* run(5000, "warm-up-")
      for (const name of Object.keys(met)) delete met[name]
      for (const name of Object.keys(ended)) delete ended[name]
      const before = yield* liveHeap
      const started = process.cpuUsage()
      yield* run(calls, "")
      const { system, user } = process.cpuUsage(started)
      return { before: (user + system) / 1e6, grown: (yield* liveHeap) - before }
    }).pipe(
      Effect.provide(
        Generations.layer.pipe(
          Layer.provide(OpenRouterClient.layer({
            apiKey: Redacted.make("sk-or-v1-soak"),
            baseUrl,
            retry,
            retryBudget: Infinity,
            timeout: "1 second",
            maxBodySize: 1024 * 1024
          })),
          Layer.provide(transports[transport])
        )
      )
    )

    // fetch has a pool of its own, which closes idle sockets after a few seconds.
    const sockets = yield* openSockets.pipe(
      Effect.repeat({ schedule: Schedule.spaced("250 millis"), until: (open) => open === 0, times: 40 }),
      Effect.zipRight(openSockets)
    )
    const fibers = HashSet.size(HashSet.fromIterable(yield* Fiber.roots))
    const finished = Object.values(met).reduce((sum, count) => sum + count, 0)

    yield* Console.log(`\n### ${transport}\n`)
    yield* Console.log("| measure | value |\n| --- | --- |")
    const rows = [
      ["calls", finished],
      ["wrong answers", wrong.length],
      ["lost calls", calls - finished],
      ["open sockets at the end", sockets],
      ["live fibers at the end, besides the main one", fibers - 1],
      ["growth of the live heap", megabytes(grown)],
      ["peak RSS of the process so far", megabytes(process.resourceUsage().maxRSS * 1024)],
      ["CPU seconds for 1,000 calls", (before / calls * 1000).toFixed(2)],
      ...Object.entries(ended).toSorted().map(([outcome, count]) => [outcome, count])
    ]
    for (const [name, value] of rows) yield* Console.log(`| ${name} | ${value?.toLocaleString("en-US")} |`)
    yield* Console.log("\n| fault | calls |\n| --- | --- |")
    for (const name of faultNames) yield* Console.log(`| ${name} | ${(met[name] ?? 0).toLocaleString("en-US")} |`)
    for (const line of wrong.slice(0, 20)) yield* Console.log(`wrong: ${line}`)

    return wrong.length === 0 && finished === calls && sockets === 0 && fibers === 1 && grown < 10 * 1024 * 1024
  }).pipe(Effect.scoped)

const main = Effect.gen(function*() {
  const names = (Object.keys(transports) as Array<keyof typeof transports>).filter((name) =>
    chosen === "" || chosen === name
  )
  const kept = yield* Effect.forEach(names, soak)
  if (kept.length === 0 || !kept.every(Boolean)) return yield* Effect.fail("the soak did not keep what is promised")
})

NodeRuntime.runMain(main)
