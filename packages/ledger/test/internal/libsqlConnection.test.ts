import { Ledger } from "@effect-openrouter/ledger"
import { LibsqlClient } from "@effect/sql-libsql"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { createClient } from "@libsql/client"
import { Effect, Exit, Layer } from "effect"
import { readdirSync } from "node:fs"
import { newFile } from "../libsql.js"

const openDescriptors = () => readdirSync("/proc/self/fd").length

const withLedger = <A, E>(filename: string, effect: Effect.Effect<A, E, Ledger | SqlClient.SqlClient>) =>
  Effect.provide(effect, Layer.provideMerge(Ledger.layer(), LibsqlClient.layer({ url: `file:${filename}` })))

/** Runs statements over another connection to the file. */
const other = (filename: string) => {
  const client = createClient({ url: `file:${filename}` })
  return (sql: string) => Effect.promise(() => client.execute(sql))
}

describe("holdConnection", () => {
  it.live("keeps one connection for all transactions", () =>
    withLedger(
      newFile(),
      Effect.gen(function*() {
        const before = openDescriptors()
        for (let index = 0; index < 300; index++) yield* Ledger.settle([`gen-${index}`])
        assert.isBelow(openDescriptors() - before, 20)
        assert.strictEqual((yield* Ledger.counts).pending, 300)
      })
    ))

  it.live("waits while another connection writes, and loses no write afterwards", () => {
    const filename = newFile()
    const run = other(filename)
    return withLedger(
      filename,
      Effect.gen(function*() {
        yield* run("BEGIN IMMEDIATE")
        yield* Effect.zipRight(Effect.sleep("300 millis"), run("COMMIT")).pipe(
          Effect.zipRight(Ledger.settle(["gen-1"]), { concurrent: true })
        )
        yield* Ledger.settle(["gen-2"])
        const { rows } = yield* run("SELECT id FROM openrouter_ledger ORDER BY id")
        assert.deepStrictEqual(rows.map(({ id }) => id), ["gen-1", "gen-2"])
      })
    )
  })

  it.live("fails with Locked while another connection holds the file, and works again afterwards", () => {
    const filename = newFile()
    const run = other(filename)
    return withLedger(
      filename,
      Effect.gen(function*() {
        yield* run("BEGIN IMMEDIATE")
        const error = yield* Effect.flip(Ledger.settle(["gen-1"]))
        assert.propertyVal(error, "reason", "Locked")
        assert.include(error.message, filename)
        yield* run("COMMIT")
        yield* Ledger.settle(["gen-2"])
        const { rows } = yield* run("SELECT id FROM openrouter_ledger")
        assert.deepStrictEqual(rows.map(({ id }) => id), ["gen-2"])
      })
    )
  })

  it.live("commits the caller's writes after one of them was refused as busy", () => {
    const filename = newFile()
    const run = other(filename)
    return withLedger(
      filename,
      Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* run("BEGIN IMMEDIATE")
        const insert = (id: string) => sql`INSERT INTO openrouter_ledger (id) VALUES (${id})`
        assert.isTrue(Exit.isFailure(yield* Effect.exit(insert("gen-1"))))
        yield* run("COMMIT")
        yield* insert("gen-2")
        const { rows } = yield* run("SELECT id FROM openrouter_ledger")
        assert.deepStrictEqual(rows.map(({ id }) => id), ["gen-2"])
      })
    )
  })
})
