// Streams so many ids in a process of its own: node --expose-gc settlement.js BASE_URL IDS.
import * as NodeClient from "@effect-openrouter/client/node"
import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ours } from "./ours.js"

const [baseUrl = "", count = ""] = process.argv.slice(2)

const ids = function*(total: number) {
  for (let index = 0; index < total; index++) yield `gen-${index}`
}

const sweep = (total: number) =>
  Settlement.stream(ids(total), { concurrency: 16 }).pipe(
    Stream.runFold(0, (sum, settlement) => settlement._tag === "Settled" ? sum + 1 : sum)
  )

const heap = Effect.sync(() => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

const main = Effect.gen(function*() {
  yield* sweep(5000)
  const before = yield* heap
  const cpu = process.cpuUsage()
  const settled = yield* sweep(Number(count))
  const { system, user } = process.cpuUsage(cpu)
  if (settled !== Number(count)) return yield* Effect.dieMessage(`${settled} settled`)
  return {
    cpu: (system + user) / 1000 / settled,
    heap: (yield* heap) - before,
    rss: process.resourceUsage().maxRSS * 1024
  }
}).pipe(Effect.provide(ours(baseUrl, NodeClient.layer)))

console.log(JSON.stringify(await Effect.runPromise(main)))
process.exit()
