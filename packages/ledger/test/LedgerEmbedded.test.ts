import { Ledger } from "@effect-openrouter/ledger"
import * as LedgerEmbedded from "@effect-openrouter/ledger/LedgerEmbedded"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import type { Client } from "@libsql/client"
import { Effect, Layer } from "effect"
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { eventually, failure, generation, scripted, settled } from "./harness.js"
import { newFile } from "./libsql.js"

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

  it.scopedLive("leaves a file that is complete without its log", () =>
    Effect.gen(function*() {
      const [filename, copy] = [newFile(), newFile()]
      yield* Effect.provide(Ledger.settle(["gen-1", "gen-2"]), embedded(filename))
      copyFileSync(filename, copy)
      assert.strictEqual((yield* Effect.provide(Ledger.counts, embedded(copy))).pending, 2)
    }))

  it.scopedLive("rejects a file of which a part is missing, and does not change it", () =>
    Effect.gen(function*() {
      const filename = newFile()
      yield* Effect.provide(Ledger.settle(Array.from({ length: 100 }, (_, n) => `gen-${n}`)), embedded(filename))
      const whole = readFileSync(filename)
      for (
        const length of [
          1,
          14,
          15,
          16,
          99,
          100,
          511,
          512,
          1000,
          4095,
          4096,
          4097,
          whole.length - 4096,
          whole.length - 1
        ]
      ) {
        const cut = newFile()
        const before = whole.subarray(0, length)
        writeFileSync(cut, before)
        const error = yield* Effect.flip(Effect.provide(Ledger.counts, embedded(cut)))
        assert.propertyVal(error, "reason", "Corrupt")
        assert.include(error.message, cut)
        assert.deepStrictEqual(readFileSync(cut), before)
      }
      const emptied = newFile()
      writeFileSync(emptied, "")
      writeFileSync(`${emptied}-wal`, whole)
      assert.propertyVal(yield* Effect.flip(Effect.provide(Ledger.counts, embedded(emptied))), "reason", "Corrupt")
      assert.deepStrictEqual(readFileSync(`${emptied}-wal`), whole)
    }))

  it.scopedLive("opens a file after a crash that left its first page only in the log", () =>
    Effect.gen(function*() {
      const [filename, crashed] = [newFile(), newFile()]
      yield* Effect.gen(function*() {
        yield* Ledger.settle(["gen-1", "gen-2"])
        writeFileSync(crashed, readFileSync(filename).fill(0, 0, 4096))
        copyFileSync(`${filename}-wal`, `${crashed}-wal`)
      }).pipe(Effect.provide(embedded(filename)))
      assert.strictEqual((yield* Effect.provide(Ledger.counts, embedded(crashed))).pending, 2)
    }))

  it.scopedLive("fails with Full when there is no space, keeps what it has, and works again when there is space", () =>
    Effect.gen(function*() {
      const many = Array.from({ length: 5000 }, (_, index) => `gen-${index}`)
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Ledger.settle(["gen-first"])
        yield* sql`PRAGMA max_page_count = 40`
        const error = yield* Effect.flip(Ledger.settle(many))
        assert.propertyVal(error, "reason", "Full")
        assert.strictEqual((yield* Ledger.counts).pending, 1)
        yield* sql`PRAGMA max_page_count = 100000`
        assert.strictEqual((yield* Ledger.settle(many)).added, 5000)
      }).pipe(Effect.provide(embedded(newFile())))
    }))

  it.scopedLive("fails when a commit fails, and its worker goes on", () =>
    Effect.gen(function*() {
      const record = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
      yield* Effect.gen(function*() {
        const { sdk } = (yield* SqlClient.SqlClient) as unknown as { sdk: Pick<Client, "transaction"> }
        const transaction = sdk.transaction.bind(sdk)
        let failures = 0
        sdk.transaction = async () => {
          const begun = await transaction("write")
          if (failures++ < 5) {
            begun.commit = async () => {
              await begun.rollback()
              throw Object.assign(new Error("no"), { code: "SQLITE_IOERR_FSYNC" })
            }
          }
          return begun
        }
        assert.propertyVal(yield* Effect.flip(Ledger.settle(["gen-1"])), "reason", "Unavailable")
        yield* eventually(Ledger.settle(["gen-1"]), ({ added }) => added === 1)
        yield* settled
      }).pipe(
        Effect.provide(
          LedgerEmbedded.layer({ filename: newFile(), pollInterval: "20 millis" }).pipe(Layer.provide(record.layer))
        )
      )
    }))

  it.scopedLive.each([
    { problem: "is in a folder that does not exist", path: "missing/ledger.db" },
    { problem: "is a directory", path: "." }
  ])("fails with Unavailable for a file that $problem", ({ path, problem }) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Ledger.counts, embedded(join(dirname(newFile()), path))))
      assert.propertyVal(error, "reason", "Unavailable")
      assert.propertyVal(error, "_tag", "LedgerError")
      assert.include(error.message, problem)
    }))

  it.scopedLive("opens the file of a file: URL", () =>
    Effect.gen(function*() {
      const filename = `${newFile()} 100%`
      yield* Effect.provide(Ledger.settle(["gen-1"]), embedded(pathToFileURL(filename).href))
      assert.strictEqual((yield* Effect.provide(Ledger.counts, embedded(filename))).pending, 1)
    }))

  it.scopedLive("rejects an option that is not valid", () =>
    Effect.gen(function*() {
      const open = (options: LedgerEmbedded.LedgerEmbeddedOptions) =>
        Effect.flip(Effect.provide(Ledger.counts, LedgerEmbedded.layer(options).pipe(Layer.provide(generations))))
      const filename = newFile()
      assert.propertyVal(yield* open({ filename, concurrency: 0 }), "field", "concurrency")
      assert.propertyVal(yield* open({ filename, within: "80000 days" }), "field", "within")
      assert.propertyVal(yield* open({ filename, takeOver: 0 }), "field", "takeOver")
      for (const rateLimit of [{ limit: 0, window: 1 }, { limit: 1, window: 0 }]) {
        const error = yield* open({ filename, rateLimit })
        assert.propertyVal(error, "field", "rateLimit")
        assert.match(error.message, /^rateLimit must be \{ limit, window \}/)
      }
      for (const prefix of ["a b", "sqlite_ledger", "SQLITE_"]) {
        const error = yield* open({ filename, prefix })
        assert.deepInclude(error, { reason: "Schema", operation: "migrate" })
        assert.match(error.message, /^prefix must /)
      }
    }))

  it.scopedLive.each([
    null,
    undefined,
    "file",
    1,
    () => 1,
    {},
    { filename: "" },
    { filename: 1 },
    {
      filename: "a\0"
    },
    { filename: ":memory:" },
    { filename: "libsql://host" }
  ])(
    "rejects %s in place of the options",
    (options) =>
      Effect.gen(function*() {
        const layer = LedgerEmbedded.layer(options as never).pipe(Layer.provide(generations))
        const error = yield* Effect.flip(Effect.provide(Ledger.counts, layer))
        assert.match(error.message, /^(?:options|filename) must be /)
      })
  )

  it.scopedLive("rejects an option of another type", () =>
    Effect.gen(function*() {
      const filename = newFile()
      const fields = [
        "concurrency",
        "within",
        "takeOver",
        "pollInterval",
        "probeInterval",
        "drain",
        "rateLimit",
        "prefix"
      ]
      for (const field of [...fields, "privateFields"]) {
        for (const value of [-1, NaN, "nonsense of \0", {}, () => 1, Symbol("nonsense")]) {
          const options = { filename, [field]: value }
          const layer = LedgerEmbedded.layer(options).pipe(Layer.provide(generations))
          const error = yield* Effect.flip(Effect.provide(Ledger.counts, layer))
          assert.match(error.message, new RegExp(`^${field} must be `))
        }
      }
    }))

  it.scopedLive("has at most two queries in each poll of an idle worker", () =>
    Effect.gen(function*() {
      const statements: Array<string> = []
      yield* Effect.gen(function*() {
        const { sdk } = (yield* SqlClient.SqlClient) as unknown as { sdk: { execute: (statement: unknown) => unknown } }
        const { execute } = sdk
        sdk.execute = (statement) => {
          statements.push(JSON.stringify(statement))
          return execute(statement)
        }
        yield* Effect.sleep("550 millis")
      }).pipe(
        Effect.provide(
          LedgerEmbedded.layer({ filename: newFile(), pollInterval: "100 millis" }).pipe(Layer.provide(generations))
        )
      )
      assert.isAbove(statements.length, 0)
      assert.isAtMost(statements.length, 12)
    }))
})
