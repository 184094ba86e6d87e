// Settles a number of ids in a process of its own, and counts the results of each id:
// node --expose-gc settlement.js BASE_URL IDS stream|forEach.
import * as NodeClient from "@effect-openrouter/client/node"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ours } from "./ours.js"

const [baseUrl = "", count = "", way = "stream"] = process.argv.slice(2)

const ids = function*(total: number) {
  for (let index = 0; index < total; index++) yield `gen-${index}`
}

/** Number of results of each id. */
const times = new Uint8Array(Number(count))

const note = (id: string) =>
  Effect.sync(() => {
    const index = Number(id.slice("gen-".length))
    times[index] = (times[index] ?? 0) + 1
  })

const sweep = (total: number) =>
  way === "stream"
    ? Stream.runForEach(Settlement.stream(ids(total), { concurrency: 16 }), ({ _tag, id }) =>
      _tag === "Settled" ? note(id) : Effect.void)
    : Effect.forEach(ids(total), (id) =>
      Effect.zipRight(Generations.get(id), note(id)), {
      concurrency: 16,
      discard: true
    })

const heap = Effect.sync(() => {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
})

const main = Effect.gen(function*() {
  yield* sweep(Math.min(5000, times.length))
  times.fill(0)
  const before = yield* heap
  const cpu = process.cpuUsage()
  yield* sweep(times.length)
  const { system, user } = process.cpuUsage(cpu)
  return {
    cpu: (system + user) / 1000 / times.length,
    heap: (yield* heap) - before,
    rss: process.resourceUsage().maxRSS * 1024,
    lost: times.filter((count) => count === 0).length,
    twice: times.filter((count) => count > 1).length
  }
}).pipe(Effect.provide(ours(baseUrl, NodeClient.layer)))

console.log(JSON.stringify(await Effect.runPromise(main)))
process.exit()
