// A ledger in Postgres, used through the command.
import { PgClient } from "@effect/sql-pg"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { add, folder, read, run, served, settleInLedger, values } from "../harness.js"

const server = process.env["POSTGRES_URL"] ?? ""

/** Creates a database, and returns its URL with a password, which this server does not check. */
const createDatabase = Effect.gen(function*() {
  const name = `command_${process.pid}_${Date.now()}`
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE DATABASE ${sql(name)}`
  const url = new URL(server)
  url.password = "pa55word"
  url.pathname = name
  return url.href
}).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(server) })), Effect.orDie)

describe("a ledger in Postgres", () => {
  it.scopedLive(
    "is filled, settled, shown, reported and reconciled, and its password is never printed",
    () =>
      Effect.gen(function*() {
        const url = yield* createDatabase
        const file = yield* folder
        const model = "openai/gpt-4o-2024-08-06"
        const createdAt = new Date(Date.now() - 2 * 86_400_000).toISOString()
        yield* add(
          { id: "gen-1", model, totalCost: 0.1, isByok: false, createdAt },
          { id: "gen-2", model, totalCost: 1e-9, isByok: false, createdAt }
        )
        const { added, ran } = yield* settleInLedger(url, ["gen-1", "gen-2", "gen-none"])
        assert.deepInclude(added, { code: 0, stdout: "3 ids added, 0 already there\n" })
        assert.deepInclude(ran, { code: 3, stdout: "2 settled, 1 not visible, 0 failed\n" })
        const ledger = ["--ledger", url]

        const report = yield* run(["report", ...ledger, "--json", "--html", file("page.html")])
        assert.strictEqual(report.code, 0)
        assert.deepInclude(values(report.stdout)[0], {
          model,
          cost: { effective: "0.100000001", credits: "0.100000001", byok: "0", known: 2, unknown: 0 }
        })
        assert.include(report.stderr, "1 generation without a record (1 not visible, 0 failed)")
        const page = yield* read(file("page.html"))
        assert.include(page, new URL(url).host)

        const reconciled = yield* run(["reconcile", ...ledger, "--until", "1d"])
        assert.strictEqual(reconciled.code, 0, reconciled.stderr + reconciled.stdout)
        assert.include(reconciled.stdout, "1 id not visible (yet)")

        const status = yield* run(["ledger", "status", ...ledger])
        assert.match(status.stdout, /^settled +2$/m)
        const missing = yield* run(["report", "--ledger", `${url}-not`])
        assert.deepInclude(missing, { code: 4, stdout: "" })
        assert.match(missing.stderr, /has no such database/)

        for (const { stderr, stdout } of [added, ran, report, reconciled, status, missing]) {
          assert.notInclude(stderr + stdout, "pa55word")
        }
        assert.notInclude(page, "pa55word")
      }).pipe(Effect.provide(served)),
    120_000
  )
})
