// Behaviour that only real processes, signals and a real Postgres show.
import { Ledger, LedgerWorker } from "@effect-openrouter/ledger"
import * as LibsqlClient from "@effect/sql-libsql/LibsqlClient"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { eventually, failure, generation, scripted, settled, worker } from "../harness.js"
import { newFile } from "../libsql.js"
import { startPostgres } from "../startPostgres.js"
import type { ChildConfig } from "./child.js"
import { globalUrl, ownDatabase, pg } from "./databases.js"
import { bundleChild, startChild, startOpenRouter, startProxy } from "./processes.js"

beforeAll(bundleChild, 120_000)

const ids = (count: number, name = "gen") => Array.from({ length: count }, (_, index) => `${name}-${index}`)

const openRouter = (answer: Parameters<typeof startOpenRouter>[0]) =>
  Effect.acquireRelease(Effect.promise(() => startOpenRouter(answer)), (server) => Effect.sync(server.close))

const child = (config: ChildConfig) =>
  Effect.acquireRelease(
    Effect.sync(() => startChild(config)),
    (started) => Effect.promise(() => started.kill("SIGKILL"))
  )

const opened = <A, E, R>(url: string, effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Layer.provideMerge(Ledger.layer(), pg(url)))

const options = { pollInterval: "50 millis", takeOver: "1 second", drain: "5 seconds" } as const

describe("processes", () => {
  it.scopedLive("processes that start at once on an empty database do not collide", () =>
    Effect.gen(function*() {
      for (const database of [yield* ownDatabase, newFile()]) {
        const starting = yield* Effect.all(Array.from({ length: 4 }, () => child({ role: "worker", database })))
        yield* Effect.promise(() => Promise.all(starting.map(({ begun }) => begun)))
        assert.deepStrictEqual(starting.flatMap(({ lines }) => lines), ["ready", "ready", "ready", "ready"])
      }
    }))

  it.scopedLive("a worker that was frozen and thawed changes nothing", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      const server = yield* openRouter((_, ask) => ask === 1 ? { status: 403, body: {}, delay: 500 } : {})
      yield* opened(
        url,
        Effect.gen(function*() {
          yield* Ledger.settle(ids(5))
          const frozen = yield* child({ role: "worker", database: url, openRouter: server.url, options })
          yield* eventually(Effect.sync(() => server.asked.size), (size) => size === 5)
          frozen.process.kill("SIGSTOP")
          const second = yield* child({ role: "worker", database: url, openRouter: server.url, options })
          yield* eventually(Ledger.counts, (counts) => counts.settled === 5)
          const before = [...yield* Stream.runCollect(Ledger.entries())]
          frozen.process.kill("SIGCONT")
          yield* Effect.promise(() => frozen.kill("SIGTERM"))
          assert.deepStrictEqual([...yield* Stream.runCollect(Ledger.entries())], before)
          yield* Effect.promise(() => second.kill("SIGTERM"))
          assert.isTrue(before.every(({ attempts, state }) => state === "settled" && attempts === 1))
        })
      )
    }))

  it.scopedLive("clocks that differ by an hour change nothing", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      const server = yield* openRouter(() => ({ delay: 20 }))
      yield* opened(
        url,
        Effect.gen(function*() {
          yield* Ledger.settle(ids(60), { after: "100 millis" })
          for (const clockSkew of [3_600_000, -3_600_000]) {
            yield* child({ role: "worker", database: url, openRouter: server.url, options, clockSkew })
          }
          yield* settled
          assert.strictEqual(server.repeated(), 0)
          for (const { addedAt, finishedAt } of yield* Stream.runCollect(Ledger.entries())) {
            const age = (finishedAt?.epochMillis ?? 0) - addedAt.epochMillis
            assert.isTrue(age >= 100 && age < 60_000)
          }
        })
      )
    }))

  it.scopedLive("SIGTERM ends a worker after its requests, and nothing is asked for again", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      const server = yield* openRouter(() => ({ delay: 300 }))
      yield* opened(
        url,
        Effect.gen(function*() {
          yield* Ledger.settle(ids(40))
          for (const size of [8, 24]) {
            const first = yield* child({ role: "worker", database: url, openRouter: server.url, options })
            yield* eventually(Effect.sync(() => server.asked.size), (asked) => asked >= size)
            yield* Effect.promise(() => first.kill("SIGTERM"))
            const sql = yield* SqlClient.SqlClient
            assert.deepStrictEqual(yield* sql`SELECT id FROM openrouter_ledger WHERE claimed_until IS NOT NULL`, [])
          }
          yield* child({ role: "worker", database: url, openRouter: server.url, options })
          yield* settled
          assert.deepStrictEqual([...server.asked.values()].filter((count) => count !== 1), [])
        })
      )
    }))

  it.scopedLive("a follower misses no change of concurrent writers", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      const server = yield* openRouter((id) => ({ delay: id.length % 7 }))
      yield* opened(
        url,
        Effect.gen(function*() {
          const count = 1500
          const following = yield* Ledger.changes().pipe(Stream.take(count), Stream.runCollect, Effect.fork)
          for (let index = 0; index < 3; index++) {
            yield* child({ role: "worker", database: url, openRouter: server.url, options })
          }
          yield* Ledger.settle(ids(count))
          const changes = Chunk.toReadonlyArray(yield* Fiber.join(following))
          assert.strictEqual(new Set(changes.map(({ entry }) => entry.id)).size, count)
          const cursors = changes.map(({ cursor }) => Number(cursor))
          assert.deepStrictEqual(cursors, cursors.toSorted((a, b) => a - b))
        })
      )
    }), 60_000)

  it.scopedLive(
    "a worker keeps its outcomes while Postgres restarts, and goes on by itself",
    () =>
      Effect.gen(function*() {
        const postgres = yield* Effect.acquireRelease(
          Effect.promise(startPostgres),
          ({ remove }) => Effect.promise(remove)
        )
        const slow = scripted((id) => Effect.delay(Effect.succeed(generation({ id, total_cost: 1 })), "500 millis"))
        yield* opened(
          postgres.url,
          Effect.gen(function*() {
            yield* Ledger.settle(ids(10))
            yield* Effect.gen(function*() {
              yield* eventually(Effect.sync(() => slow.asked.length), (count) => count === 10)
              yield* Effect.promise(() => postgres.stop("SIGQUIT"))
              const [took, exit] = yield* Effect.timed(Effect.exit(Ledger.settle(["gen-down"])))
              assert.isBelow(Duration.toMillis(took), 10_000)
              assert.isTrue(Exit.isFailure(exit))
              const error = yield* Effect.flip(Ledger.counts)
              assert.propertyVal(error, "reason", "Unavailable")
              assert.notInclude(error.message, "postgres@")
              yield* Effect.sleep("600 millis")
              yield* Effect.promise(postgres.start)
              yield* settled
              assert.strictEqual(slow.asked.length, 10)
            }).pipe(Effect.provide(worker(slow.layer)))
          })
        )
      }),
    60_000
  )

  it.scopedLive(
    "a database that does not respond is Unavailable within 10 seconds, and works afterwards",
    () =>
      Effect.gen(function*() {
        const proxy = yield* Effect.acquireRelease(
          Effect.promise(() => startProxy(Number(new URL(globalUrl).port))),
          ({ close }) => Effect.sync(close)
        )
        const url = (yield* ownDatabase).replace(new URL(globalUrl).port, String(proxy.port))
        yield* opened(
          url,
          Effect.gen(function*() {
            yield* Ledger.settle(["gen-1"])
            proxy.freeze()
            const calls = [
              Ledger.settle(["gen-2"]),
              Ledger.find("gen-1"),
              Ledger.counts,
              Ledger.retry({ state: "failed" }),
              Stream.runCollect(Ledger.entries()),
              ...ids(20).map((id) => Ledger.settle([id]))
            ]
            const [took, errors] = yield* Effect.timed(
              Effect.forEach(calls, (call) => Effect.flip(Effect.asVoid<unknown, unknown, Ledger>(call)), {
                concurrency: "unbounded"
              })
            )
            assert.isBelow(Duration.toMillis(took), 10_500)
            for (const error of errors) assert.propertyVal(error, "reason", "Unavailable")
            proxy.thaw()
            yield* eventually(Ledger.settle(["gen-3"]), ({ added }) => added >= 0)
            yield* eventually(Ledger.counts, ({ pending }) => pending >= 2)
            assert.isNull(yield* Ledger.find("gen-9"))
          })
        )
      }),
    60_000
  )

  it.scopedLive(
    "a file is locked until its process has ended, and a killed worker's ids are due at once",
    () =>
      Effect.gen(function*() {
        const database = newFile()
        const server = yield* openRouter((_, ask) => ask === 1 ? { delay: 60_000 } : {})
        const config: ChildConfig = { role: "embedded", database, openRouter: server.url }
        yield* Effect.gen(function*() {
          const first = yield* child(config)
          yield* Effect.promise(() => first.begun)
          yield* Ledger.settle(ids(3))
          yield* eventually(Effect.sync(() => server.asked.size), (size) => size === 3)
          const second = yield* child(config)
          yield* Effect.promise(() => second.ended)
          assert.deepStrictEqual(second.lines.map((line) => line.startsWith("Locked") && line.includes(database)), [
            true
          ])
          yield* Effect.promise(() => first.kill("SIGKILL"))
          yield* child(config)
          yield* settled
          assert.isTrue(existsSync(database))
        }).pipe(Effect.provide(Layer.provide(Ledger.layer(), LibsqlClient.layer({ url: `file:${database}` }))))
      }),
    60_000
  )

  it.scopedLive("a damaged file is Corrupt, and its bytes are not changed", () =>
    Effect.gen(function*() {
      const database = newFile()
      const settler = yield* child({ role: "settler", database, name: "a" })
      yield* eventually(Effect.sync(() => settler.lines.length), (count) => count >= 20)
      yield* Effect.promise(() => settler.kill("SIGKILL"))
      yield* Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* sql`PRAGMA wal_checkpoint(TRUNCATE)`
      }).pipe(Effect.provide(LibsqlClient.layer({ url: `file:${database}` })))
      const damaged = readFileSync(database).fill(0x5a, 4096)
      writeFileSync(database, damaged)
      const opened = yield* child({ role: "embedded", database })
      yield* Effect.promise(() => opened.ended)
      assert.isTrue(opened.lines[0]?.startsWith(`Corrupt: ${database}`), opened.lines[0])
      assert.deepStrictEqual(readFileSync(database), damaged)
    }))

  it.scopedLive("a plain INSERT of another program is a settle", () =>
    Effect.gen(function*() {
      const url = yield* ownDatabase
      const refused = scripted(() => Effect.fail(failure(403, "Forbidden")))
      yield* opened(
        url,
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO openrouter_ledger (id) VALUES ('gen-1'), ('sk-or-v1-secret') ON CONFLICT DO NOTHING`
          yield* settled.pipe(Effect.provide(LedgerWorker.layer().pipe(Layer.provide(refused.layer))))
          assert.propertyVal(yield* Ledger.find("gen-1"), "state", "failed")
        })
      )
    }))
})
