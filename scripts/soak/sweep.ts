// One million ids through `Settlement.stream` over fetch: each is settled once, in bounded memory. `npm run soak:sweep -- client/node
// 100000` takes another transport and another number of ids.
import { OpenRouterClient } from "@effect-openrouter/client"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Redacted, Stream } from "effect"
import { megabytes, startServer, transports } from "./serverProcess.js"

const [transport = "client/fetch", total = "1000000"] = process.argv.slice(2)
const count = Number(total)

function* ids() {
  for (let index = 0; index < count; index++) yield `gen-${index}`
}

const main = Effect.gen(function*() {
  const httpClient = Object.entries(transports).find(([name]) => name === transport)?.[1]
  if (httpClient === undefined) return yield* Effect.fail(`there is no transport ${transport}`)
  const { baseUrl } = yield* startServer
  const seen = new Uint8Array(count)
  let settled = 0
  const start = performance.now()
  yield* Settlement.stream({ [Symbol.iterator]: ids }, { concurrency: 64, within: "1 minute" }).pipe(
    Stream.runForEach((settlement) =>
      Effect.sync(() => {
        if (settlement._tag !== "Settled" || settlement.generation.id !== settlement.id) return
        const index = Number(settlement.id.slice("gen-".length))
        seen[index] = (seen[index] ?? 0) + 1
        settled++
      })
    ),
    Effect.provide(Generations.layer.pipe(
      Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-soak"), baseUrl })),
      Layer.provide(httpClient)
    ))
  )
  const seconds = (performance.now() - start) / 1000
  const { system, user } = process.cpuUsage()
  const once = seen.filter((times) => times === 1).length
  const rows = [
    ["ids", count],
    ["ids settled once", once],
    ["ids lost or emitted twice", count - once + (settled - once)],
    ["ids per second", Math.round(count / seconds)],
    ["CPU seconds for 1,000 ids", ((user + system) / 1e6 / count * 1000).toFixed(2)],
    ["peak RSS", megabytes(process.resourceUsage().maxRSS * 1024)]
  ]
  yield* Console.log(`\n### ${transport}\n\n| measure | value |\n| --- | --- |`)
  for (const [name, value] of rows) yield* Console.log(`| ${name} | ${value?.toLocaleString("en-US")} |`)
  if (once !== count) return yield* Effect.fail("an id was lost or emitted twice")
}).pipe(Effect.scoped)

NodeRuntime.runMain(main)
