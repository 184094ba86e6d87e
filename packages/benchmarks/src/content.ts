// Measures `Generations.content` in a process of its own: node content.js BASE_URL KILOBYTES CALLS.
import * as NodeClient from "@effect-openrouter/client/node"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Effect from "effect/Effect"
import { ours } from "./ours.js"

const [baseUrl = "", kilobytes = "", calls = ""] = process.argv.slice(2)

const run = Effect.forEach(
  Array.from({ length: Number(calls) }),
  () => Generations.content(`size-${kilobytes}`),
  { concurrency: 16, discard: true }
)

const main = Effect.gen(function*() {
  yield* run
  const before = process.cpuUsage()
  yield* run
  const { system, user } = process.cpuUsage(before)
  return { cpu: (system + user) / 1000 / Number(calls) }
}).pipe(Effect.provide(ours(baseUrl, NodeClient.layer)))

console.log(JSON.stringify(await Effect.runPromise(main)))
process.exit()
