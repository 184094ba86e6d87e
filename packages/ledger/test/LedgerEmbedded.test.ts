import { Ledger } from "@effect-openrouter/ledger"
import * as LedgerEmbedded from "@effect-openrouter/ledger/LedgerEmbedded"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { failure, newFile, scripted } from "./harness.js"

const { layer: generations } = scripted(() => Effect.fail(failure(404, "NotFound")))

const embedded = (filename: string) => LedgerEmbedded.layer({ filename }).pipe(Layer.provide(generations))

describe("LedgerEmbedded", () => {
  it.scopedLive("gives one layer the file, and the next one after it has ended", () =>
    Effect.gen(function*() {
      const filename = newFile()
      const open = Effect.provide(Ledger.counts, embedded(filename))
      yield* Effect.provide(
        Effect.gen(function*() {
          yield* Ledger.settle(["gen-1"])
          const error = yield* Effect.flip(open)
          assert.strictEqual(error._tag === "LedgerError" ? error.reason : error, "Locked")
          assert.include(error.message, filename)
          const link = `${filename}.link`
          symlinkSync(filename, link)
          assert.propertyVal(yield* Effect.flip(Effect.provide(Ledger.counts, embedded(link))), "reason", "Locked")
        }),
        embedded(filename)
      )
      assert.strictEqual((yield* open).pending, 1)
    }))

  it.scopedLive("rejects a file that is not a database, and does not change it", () =>
    Effect.gen(function*() {
      const filename = newFile()
      writeFileSync(filename, "not a database, but a text that is longer than a header of one hundred bytes".repeat(9))
      const before = readFileSync(filename)
      const error = yield* Effect.flip(Effect.provide(Ledger.counts, embedded(filename)))
      assert.propertyVal(error, "reason", "Corrupt")
      assert.include(error.message, filename)
      assert.deepStrictEqual(readFileSync(filename), before)
    }))
})
