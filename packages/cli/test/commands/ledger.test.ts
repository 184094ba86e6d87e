import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { writeFileSync } from "node:fs"
import { type AddressInfo, createServer, type Server } from "node:net"
import { add, ended, folder, run, runProcess, served, settleInLedger, start } from "../harness.js"

const lines = (text: string) => text.trim().split("\n").filter((line) => line !== "")

/** A server that rejects every connection as Postgres does, with a code. Its message quotes the password, as a proxy may. */
const rejectingPostgres = (code: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<Server>((resume) => {
        const server = createServer((socket) => {
          socket.on("error", () => undefined)
          socket.once("data", () => {
            const fields = Buffer.from(`SFATAL\0C${code}\0Mno access for user with pa55word\0\0`)
            const header = Buffer.from("E\0\0\0\0")
            header.writeInt32BE(fields.length + 4, 1)
            socket.end(Buffer.concat([header, fields]))
          })
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))
    ),
    (server) => (server.address() as AddressInfo).port
  )

describe("ledger", () => {
  it.scopedLive("settles what was added, shows it, and exports it", () =>
    Effect.gen(function*() {
      const file = (yield* folder)("ledger.db")
      const env = { OPENROUTER_LEDGER: file }
      yield* add({ id: "gen-1", totalCost: 0.1, model: "openai/gpt-4o" }, { id: "gen-2", totalCost: 1e-9 })
      const added = yield* run(["ledger", "add", "--tag", "tenant=a", "--tag", "order=7=8", "gen-1", "gen-2"], { env })
      assert.deepInclude(added, { code: 0, stdout: "2 ids added, 0 already there\n" })
      const again = yield* run(["ledger", "add", "-"], { env, input: "gen-2\ngen-3\n" })
      assert.deepInclude(again, { code: 0, stdout: "1 id added, 1 already there\n" })
      const pending = JSON.parse((yield* run(["ledger", "status", "--json"], { env })).stdout)
      assert.deepInclude(pending, { pending: 3, settled: 0, notVisible: 0, failed: 0, paused: null })
      assert.match(pending.oldestPending, /^\d{4}-\d\d-\d\dT.*Z$/)

      const ran = yield* run(["ledger", "run", "--until-empty", "--within", "1s"], { env })
      assert.deepInclude(ran, { code: 3, stdout: "2 settled, 1 not visible, 0 failed\n" })
      const exported = lines((yield* run(["ledger", "export"], { env })).stdout).map((line) => JSON.parse(line))
      assert.deepInclude(exported[0], {
        id: "gen-1",
        state: "settled",
        tags: { tenant: "a", order: "7=8" },
        cost: "0.1",
        error: null
      })
      assert.strictEqual(exported[0].record.total_cost, 0.1)
      assert.strictEqual(exported[1].cost, "0.000000001")
      const csv = lines((yield* run(["ledger", "export", "--csv", "--state", "settled"], { env })).stdout)
      assert.lengthOf(csv, 3)
      assert.match(csv[0] ?? "", /^id,state,/)

      yield* add({ id: "gen-3", totalCost: 1 })
      assert.include((yield* run(["ledger", "retry", "--state", "notVisible"], { env })).stdout, "1 id pending again")
      assert.strictEqual((yield* run(["ledger", "run", "--until-empty"], { env })).code, 0)
      assert.include((yield* run(["ledger", "status"], { env })).stdout, "settled      3")
      assert.include((yield* run(["ledger", "retry", "gen-3"], { env })).stdout, "0 ids pending again")
    }).pipe(Effect.provide(served)), 60_000)

  it.scopedLive("retries ids whose cost is unknown", () =>
    Effect.gen(function*() {
      const ledger = (yield* folder)("ledger.db")
      yield* add({ id: "gen-1", totalCost: null, usage: null }, { id: "gen-2", totalCost: 1 })
      const { ran } = yield* settleInLedger(ledger, ["gen-1", "gen-2"])
      assert.strictEqual(ran.code, 0)
      const { stdout } = yield* run(["ledger", "retry", "--cost-unknown", "--ledger", ledger])
      assert.strictEqual(stdout, "1 id pending again\n")
    }).pipe(Effect.provide(served)))

  it.scopedLive("reads ids with a byte-order mark and CRLF, and adds nothing of a file with a line that has no id", () =>
    Effect.gen(function*() {
      const ledger = ["--ledger", (yield* folder)("ledger.db")]
      const input = "\ufeffgen-1\r\n\"gen-2\"\r\n\r\n# not an id\r\n"
      const added = yield* run(["ledger", "add", ...ledger, "-"], { input })
      assert.deepInclude(added, { code: 0, stdout: "2 ids added, 0 already there\n" })
      const rejected = yield* run(["ledger", "add", ...ledger, "-"], { input: "gen-3\nsk-or-v1-secret\n" })
      assert.deepInclude(rejected, { code: 2, stdout: "" })
      assert.match(rejected.stderr, /line 2 of standard input has no id.*\n {2}nothing has been added/)
      assert.notInclude(rejected.stderr, "secret")
      assert.lengthOf(lines((yield* run(["ledger", "export", ...ledger])).stdout), 2)
    }).pipe(Effect.provide(served)))

  it.scopedLive(
    "exits with 4 for tables of a later version, and for a file that another process locks",
    () =>
      Effect.gen(function*() {
        const file = (yield* folder)("ledger.db")
        const ledger = ["--ledger", file]
        yield* run(["ledger", "add", ...ledger, "gen-1"])
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql.withTransaction(Effect.gen(function*() {
            yield* sql`UPDATE openrouter_ledger SET attempts = 1`
            const locked = yield* runProcess(["ledger", "add", ...ledger, "gen-2"])
            assert.strictEqual(locked.code, 4)
            assert.include(locked.stderr, `${file} is locked by another process`)
          }))
          yield* sql`INSERT INTO openrouter_ledger_migrations (migration_id, name) VALUES (99, 'later')`
        }).pipe(Effect.provide(LibsqlClient.layer({ url: `file:${file}` })), Effect.scoped)
        for (const args of [["ledger", "status"], ["ledger", "run"], ["report"], ["reconcile"]]) {
          const { code, stderr } = yield* run([...args, ...ledger])
          assert.strictEqual(code, 4)
          assert.match(stderr, /version 99/)
        }
      }).pipe(Effect.provide(served)),
    60_000
  )

  it.scopedLive("exits with 1 if an id failed", () =>
    Effect.gen(function*() {
      const file = (yield* folder)("ledger.db")
      const emulator = yield* OpenRouterEmulator
      yield* emulator.faults([{ status: 403 }])
      yield* run(["ledger", "add", "--ledger", file, "gen-1"])
      assert.strictEqual((yield* run(["ledger", "run", "--until-empty", "--ledger", file])).code, 1)
    }).pipe(Effect.provide(served)))

  it.scopedLive.each([
    { code: "28P01", problem: "rejected the user or the password: correct them in the URL" },
    { code: "28000", problem: "rejected the user or the password: correct them in the URL" },
    { code: "3D000", problem: "has no such database: create it" }
  ])(
    "says what to do when Postgres responds with $code, and never shows the password",
    ({ code, problem }) =>
      Effect.gen(function*() {
        const port = yield* rejectingPostgres(code)
        const url = `postgres://user:pa55word@127.0.0.1:${port}/orders`
        for (const args of [["status"], ["run"], ["add", "gen-1"]]) {
          const { code: exitCode, stderr, stdout } = yield* run(["ledger", ...args, "--ledger", url])
          assert.strictEqual(exitCode, 4)
          assert.include(stderr, `postgres://127.0.0.1:${port}/orders ${problem}`)
          assert.notInclude(stderr + stdout, "pa55word")
        }
      }).pipe(Effect.provide(served))
  )

  it.scopedLive("exits with 4 for a ledger that cannot be used, and never shows the password", () =>
    Effect.gen(function*() {
      const file = yield* folder
      for (
        const [args, problem] of [
          [["status", "--ledger", file("")], "is a directory"],
          [["add", "gen-1", "--ledger", file("none/ledger.db")], "is in a folder that does not exist"],
          [["run", "--ledger", file("none/ledger.db")], "is in a folder that does not exist"],
          [["run", "--ledger", file("")], "is a directory"],
          [["status", "--ledger", "postgres://user:pa55 word@@:bad"], "Postgres has a URL that cannot be read"]
        ] as const
      ) {
        const { code, stderr } = yield* run(["ledger", ...args])
        assert.strictEqual(code, 4)
        assert.include(stderr, problem)
        assert.notInclude(stderr, "pa55")
      }
      const missing = yield* run(["ledger", "status", "--ledger", file("none.db")])
      assert.strictEqual(missing.code, 4)
      assert.include(missing.stderr, "none.db")
      writeFileSync(file("text"), "this is not a database, but a text of more than a hundred bytes".repeat(5))
      for (const args of [["status"], ["run"], ["add", "gen-1"]]) {
        const { code, stderr } = yield* run(["ledger", ...args, "--ledger", file("text")])
        assert.strictEqual(code, 4)
        assert.include(stderr, file("text"))
      }
      const url = "postgres://user:pa55word@127.0.0.1:1/db"
      const unreachable = yield* run(["ledger", "status", "--ledger", url])
      assert.strictEqual(unreachable.code, 4)
      assert.notInclude(unreachable.stderr, "pa55word")
    }).pipe(Effect.provide(served)))

  it.scopedLive.each(["mysql://user:pa55word@host/db", "libsql://host?authToken=pa55word", ":memory:"])(
    "rejects the ledger %s, in an option and in the environment",
    (ledger) =>
      Effect.gen(function*() {
        const given = [
          run(["ledger", "add", "gen-1", "--ledger", ledger]),
          run(["ledger", "run"], { env: { OPENROUTER_LEDGER: ledger } }),
          run(["report", "--ledger", ledger])
        ]
        for (const { code, stderr, stdout } of yield* Effect.all(given)) {
          assert.deepInclude({ code, stdout }, { code: 4, stdout: "" })
          assert.match(stderr, /--ledger \(or OPENROUTER_LEDGER\) must be the path of a file/)
          assert.notInclude(stderr, "pa55word")
        }
      }).pipe(Effect.provide(served))
  )

  it.scopedLive.each([
    "",
    "ad",
    "add",
    "add --tag x gen-1",
    "add - gen-1",
    "status --ledger=",
    "add sk-or-v1-secret",
    "retry",
    "retry --state failed gen-1",
    "retry --state failed --cost-unknown",
    "run gen-1",
    "run --concurrency 0"
  ])("rejects `ledger %s`", (args) =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* run(["ledger", ...args.split(" ").filter(Boolean)], {
        env: { OPENROUTER_LEDGER: (yield* folder)("ledger.db") }
      })
      assert.strictEqual(code, 2, stderr)
      assert.strictEqual(stdout, "")
      assert.notInclude(stderr, "secret")
    }).pipe(Effect.provide(served)))

  it.scopedLive(
    "locks a file while it runs, lets others add and look, and ends with Ctrl-C",
    () =>
      Effect.gen(function*() {
        const file = (yield* folder)("ledger.db")
        yield* add({ id: "gen-1" })
        const running = yield* start(["ledger", "run", "--ledger", file])
        const added = yield* run(["ledger", "add", "--ledger", file, "gen-1"])
        assert.deepInclude(added, { code: 0, stdout: "1 id added, 0 already there\n" })
        yield* Effect.repeat(run(["ledger", "status", "--json", "--ledger", file]), {
          until: ({ stdout }) => JSON.parse(stdout).settled === 1,
          schedule: Schedule.spaced("50 millis")
        })
        const second = yield* runProcess(["ledger", "run", "--ledger", file])
        assert.strictEqual(second.code, 4)
        assert.include(second.stderr, file)
        running.kill("SIGINT")
        assert.strictEqual((yield* ended(running)).code, 130)
      }).pipe(Effect.provide(served)),
    60_000
  )
})
