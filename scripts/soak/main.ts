// 200,000 calls at concurrency 64 over each transport, one in ten with a fault, while the wall clock is set back and forth: no call may
// end in the wrong way or get lost, and no socket, fiber or memory may be left. `npm run soak -- client/node 20000` runs one transport
// with another count.
// begin: Effect 3 only
// `npm run soak:effect-4` does the same on Effect 4.
// end: Effect 3 only
import { OpenRouterClient, RetryPolicy } from "@effect-openrouter/client"
import { Generations } from "@effect-openrouter/generations"
import { NodeRuntime } from "@effect/platform-node"
import { ConfigProvider, Console, Effect, Layer, Redacted, Schedule } from "effect"
import { withWallClock } from "../../packages/test-support/src/index.js"
import { type Fault, faults } from "./faults.js"
import { withLiveFibers } from "./liveFibers.js"
import { megabytes, startServer, transports } from "./serverProcess.js"

const [chosen = "", total = "200000"] = process.argv.slice(2)
const calls = Number(total)
const concurrency = 64
const faultNames = Object.keys(faults)

const retry = Schedule.intersect(
  RetryPolicy.backoff({
    strategy: "backoff",
    backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 10_000 },
    retryConnectionErrors: true,
    retryCodes: ["429", "5XX"]
  }),
  Schedule.recurs(1)
)

/** The wall clock is set at each reading, by at most an hour. */
const hour = 3_600_000

const noFault: Pick<Fault, "outcomes" | "way"> = { outcomes: ["success"] }

const makeCounts = (): Record<string, number> => ({})
const count = (counts: Record<string, number>, name: string) => void (counts[name] = (counts[name] ?? 0) + 1)

/** The number of sockets of this process that wait for their TCP connection. */
const connecting = Effect.sync(() =>
  process.getActiveResourcesInfo().filter((resource) => resource === "TCPConnectWrap").length
)

const liveHeap = Effect.sync(() => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

const soak = (transport: keyof typeof transports, liveFibers: Effect.Effect<number>) =>
  Effect.gen(function*() {
    const { baseUrl, openSockets, otherUrl, proxyUrl } = yield* startServer
    const faulted = makeCounts()
    const ended = makeCounts()
    const wrong: Array<string> = []

    const one = (index: number, prefix: string) => {
      const faultIndex = index % 10 === 0 ? (index / 10) % faultNames.length : -1
      const name = faultNames[faultIndex]
      const { outcomes, way } = (name === undefined ? undefined : faults[name]) ?? noFault
      const id = `gen-${prefix}${index}${name === undefined ? "" : `~${faultIndex}`}`
      const isElsewhere = way !== undefined && way !== "uninterruptible"
      const call = Generations.get(id, isElsewhere ? { baseUrl: otherUrl(way) } : {})
      return (way === "uninterruptible" ? Effect.uninterruptible(call) : call).pipe(
        Effect.map((generation): string => generation.id === id ? "success" : `the record of ${generation.id}`),
        Effect.catchAll((error) => Effect.succeed(error._tag)),
        Effect.map((outcome) => {
          count(faulted, name ?? "none")
          count(ended, outcome)
          if (!outcomes.some((expected) => expected === outcome)) wrong.push(`${name ?? "none"}: ${outcome}`)
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
      for (const name of Object.keys(faulted)) delete faulted[name]
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
          Layer.provide(transports[transport]),
          Layer.provide(Layer.setConfigProvider(
            ConfigProvider.fromMap(new Map([["http_proxy", proxyUrl], ["https_proxy", proxyUrl]]))
          ))
        )
      ),
      (effect) => withWallClock(effect, () => (Math.random() * 2 - 1) * hour)
    )

    const sockets = Effect.zipWith(openSockets, connecting, (open, connecting) => open + connecting)
    const noSocketWithin = (tries: number) =>
      sockets.pipe(
        Effect.repeat({ schedule: Schedule.spaced("250 millis"), until: (open) => open === 0, times: tries }),
        Effect.zipRight(sockets)
      )
    const afterASecond = yield* noSocketWithin(4)
    // fetch has its own pool, which closes idle sockets after a few seconds, and connecting sockets after ten.
    const atTheEnd = yield* noSocketWithin(60)
    const fibers = yield* liveFibers
    const finished = Object.values(faulted).reduce((sum, count) => sum + count, 0)

    yield* Console.log(`\n### ${transport}\n`)
    yield* Console.log("| measure | value |\n| --- | --- |")
    const rows = [
      ["calls", finished],
      ["calls that ended in the wrong way", wrong.length],
      ["lost calls", calls - finished],
      ["open and connecting sockets, a second after the end of the layer", afterASecond],
      ["open and connecting sockets, 15 seconds later", atTheEnd],
      ["live fibers at the end, without the main one", fibers],
      ["growth of the live heap", megabytes(grown)],
      ["peak RSS of the process so far", megabytes(process.resourceUsage().maxRSS * 1024)],
      ["CPU seconds for 1,000 calls", (before / calls * 1000).toFixed(2)],
      ...Object.entries(ended).toSorted().map(([outcome, count]) => [outcome, count])
    ]
    for (const [name, value] of rows) yield* Console.log(`| ${name} | ${value?.toLocaleString("en-US")} |`)
    yield* Console.log("\n| fault | calls |\n| --- | --- |")
    for (const name of faultNames) yield* Console.log(`| ${name} | ${(faulted[name] ?? 0).toLocaleString("en-US")} |`)
    for (const line of wrong.slice(0, 20)) yield* Console.log(`wrong: ${line}`)

    const socketsLeft = transport.startsWith("client/node") ? afterASecond : atTheEnd
    return wrong.length === 0 && finished === calls && socketsLeft === 0 && fibers === 0 && grown < 10 * 1024 * 1024
  }).pipe(Effect.scoped)

const main = Effect.gen(function*() {
  const names = (Object.keys(transports) as Array<keyof typeof transports>).filter((name) =>
    chosen === "" || chosen === name
  )
  const kept = yield* withLiveFibers((liveFibers) => Effect.forEach(names, (name) => soak(name, liveFibers)))
  if (kept.length === 0 || !kept.every(Boolean)) return yield* Effect.fail("a promise was broken")
})

NodeRuntime.runMain(main)
