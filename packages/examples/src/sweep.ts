/**
 * Settles a file of ids into a ledger: node sweep.js IDS LEDGER. Killed at any moment and started again, it asks only for
 * what the ledger does not have.
 */
import { OpenRouterClient } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { Usage } from "@effect-openrouter/core"
import { Generations, Settlement } from "@effect-openrouter/generations"
import { FileSystem, Path } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, identity, Layer, Option, Schema, Stream } from "effect"
import { pathToFileURL } from "node:url"

/** One line of the ledger: the cost of a generation in USD; `null` = unknown. */
const Entry = Schema.parseJson(Schema.Struct({ id: Schema.String, cost: Schema.NullOr(Schema.Number) }))

const lines = (file: string) =>
  Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => fs.stream(file))).pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.filter((line) => line !== "")
  )

/** The ids in the ledger. A line that was cut off by a kill is skipped. */
const settledIds = (ledger: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    if (!(yield* fs.exists(ledger))) return new Set<string>()
    return yield* lines(ledger).pipe(
      Stream.filterMap(Schema.decodeOption(Entry)),
      Stream.runFold(new Set<string>(), (ids, { id }) => ids.add(id))
    )
  })

const toLine = Settlement.match({
  Settled: ({ generation, id }) => Effect.asSome(Schema.encode(Entry)({ id, cost: Usage.effectiveCost(generation) })),
  NotVisible: ({ id }) => Effect.as(Console.log(`${id} is pending`), Option.none<string>()),
  Failed: ({ error, id }) => Effect.as(Console.log(`${id}: ${error.message}`), Option.none<string>())
})

/** Writes a line for each id that is settled. Ids that are pending or failed are printed, and asked for again next time. */
export const sweep = (ids: string, ledger: string) =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const settled = yield* settledIds(ledger)
    yield* Console.log(`${settled.size} ids are in ${(yield* Path.Path).basename(ledger)}`)
    yield* lines(ids).pipe(
      Stream.filter((id) => !settled.has(id)),
      (ids) => Settlement.stream(ids, { concurrency: 16, within: "1 minute" }),
      Stream.mapEffect(toLine),
      Stream.filterMap(identity),
      // The line break comes first: it also ends a line that was cut off.
      Stream.map((line) => `\n${line}`),
      Stream.encodeText,
      Stream.run(fs.sink(ledger, { flag: "a" }))
    )
  })

const OpenRouter = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layerConfig()),
  Layer.provide(NodeClient.layer)
)

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , ids = "ids.txt", ledger = "ledger.ndjson"] = process.argv
  NodeRuntime.runMain(Effect.provide(sweep(ids, ledger), [OpenRouter, NodeContext.layer]))
}
