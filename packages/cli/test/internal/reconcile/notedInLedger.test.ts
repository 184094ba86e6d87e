// The comparison in memory, with a ledger in a file.
import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { Ledger } from "@effect-openrouter/ledger"
import * as LedgerEmbedded from "@effect-openrouter/ledger/LedgerEmbedded"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Effect, Layer, Redacted, Schedule } from "effect"
import { Stdio } from "../../../src/internal/output/stdio.js"
import { fromLedger } from "../../../src/internal/reconcile/notedInLedger.js"
import { reconcileWith } from "../../../src/internal/reconcile/reconcileWith.js"
import { toleranceOption } from "../../../src/internal/reconcile/tolerance.js"
import { add, folder } from "../../harness.js"

const openRouter = Generations.layer.pipe(
  Layer.provideMerge(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-0123456789abcdef") })),
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)

const embedded = Layer.unwrapScoped(
  Effect.map(folder, (file) => LedgerEmbedded.layer({ filename: file("ledger.db"), pollInterval: "20 millis" }))
).pipe(Layer.provideMerge(openRouter), Layer.merge(Stdio.memory().layer), Layer.provideMerge(NodeContext.layer))

const reconcile = (discover = false) =>
  Effect.gen(function*() {
    const noted = yield* fromLedger("ledger.db", yield* Ledger)
    const period = { now: yield* Clock.currentTimeMillis, since: null, until: null }
    const none = { value: (yield* toleranceOption.parse("0")).value, unit: "USD" as const }
    return yield* reconcileWith(noted, period, { credits: undefined, readings: [], discover, tolerance: none })
  })

describe("fromLedger", () => {
  it.scopedLive("compares the totals of a ledger, and knows pending ids", () =>
    Effect.gen(function*() {
      const now = yield* DateTime.now
      const record = (id: string, daysAgo: number, totalCost: number) => ({
        id,
        model: "a/one",
        totalCost,
        isByok: false,
        createdAt: DateTime.subtract(now, { days: daysAgo })
      })
      yield* add(record("gen-1", 2, 0.1), record("gen-2", 1, 0.2), record("gen-old", 40, 7))
      yield* Ledger.settle(["gen-1", "gen-2", "gen-old"])
      yield* Effect.repeat(Ledger.counts, {
        until: ({ pending }) => pending === 0,
        schedule: Schedule.spaced("20 millis")
      })
      const same = yield* reconcile()
      assert.isTrue(same.agrees)
      assert.deepStrictEqual(same.notes.map(({ kind }) => kind), ["outside30Days"])

      yield* add(record("gen-missing", 1, 0.3))
      yield* Ledger.settle(["gen-none"])
      const other = yield* reconcile(true)
      assert.isFalse(other.agrees)
      assert.deepStrictEqual(other.notes.map(({ kind }) => kind), ["pending", "outside30Days", "onlyOpenRouter"])
      assert.include(other.notes.at(-1)?.text, "such as gen-missing:")
    }).pipe(Effect.provide(embedded)))
})
