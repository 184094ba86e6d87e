// The ledger through PgBouncer, which gives a connection of Postgres to each transaction, or to each session.
import { Ledger } from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { Chunk, DateTime, Duration, Effect, Exit, Fiber, Layer, Stream } from "effect"
import { eventually, generation, scripted, settled, worker } from "../harness.js"
import { startPgBouncer } from "../startPgBouncer.js"
import { globalUrl, ownDatabase } from "./databases.js"
import { pooled } from "./pooled.js"
import { bundleChild, startChild, startOpenRouter } from "./processes.js"

beforeAll(bundleChild, 120_000)

const pgBouncer = (settings: Parameters<typeof startPgBouncer>[1]) =>
  Effect.acquireRelease(
    Effect.promise(() => startPgBouncer(globalUrl, settings)),
    ({ remove }) => Effect.promise(remove)
  )

const notFound = { status: 404, body: { error: { code: 404, message: "Not found" } } }

const ids = (count: number, name: string) => Array.from({ length: count }, (_, index) => `gen-${name}-${index}`)

describe("PgBouncer", () => {
  // In `session` mode a connection of a client holds one of Postgres for as long as it is open.
  for (const settings of [{ pool_mode: "transaction", default_pool_size: 2 }, { pool_mode: "session" }]) {
    it.scopedLive(
      `the whole ledger works with pool_mode = ${settings.pool_mode}, also after PgBouncer was killed`,
      () =>
        Effect.gen(function*() {
          const bouncer = yield* pgBouncer(settings)
          const database = bouncer.through(yield* ownDatabase)
          const server = yield* Effect.acquireRelease(
            Effect.promise(() => startOpenRouter((_, ask) => ({ delay: 20, ...ask === 1 ? notFound : {} }))),
            ({ close }) => Effect.sync(close)
          )
          const concurrency = 16
          const options = { concurrency, pollInterval: "50 millis", takeOver: "10 seconds" } as const
          const start = Effect.acquireRelease(
            Effect.sync(() =>
              startChild({ role: "worker", database, isPooled: true, openRouter: server.url, options })
            ),
            (child) => Effect.promise(() => child.kill("SIGKILL"))
          )
          // Both create the tables.
          const workers = yield* Effect.all([start, start])
          yield* Effect.promise(() => Promise.all(workers.map(({ begun }) => begun)))
          assert.deepStrictEqual(workers.map(({ lines }) => lines), [["ready"], ["ready"]])

          yield* Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            const follower = yield* Ledger.changes().pipe(Stream.take(10), Stream.runCollect, Effect.fork)
            yield* Effect.flip(
              sql.withTransaction(Effect.zipRight(Ledger.settle(["gen-none"]), Effect.fail("rollback")))
            )
            yield* sql.withTransaction(Ledger.settle(ids(100, "early"), { tags: { tenant: "a" } }))
            const followed = Chunk.toReadonlyArray(yield* Fiber.join(follower))

            yield* Effect.promise(bouncer.kill)
            const [took, error] = yield* Effect.timed(Effect.flip(Ledger.settle(["gen-down"])))
            assert.isBelow(Duration.toMillis(took), 10_000)
            assert.propertyVal(error, "reason", "Unavailable")
            yield* Effect.promise(bouncer.start)
            // Connections of the pool that broke may still fail once.
            yield* eventually(Effect.exit(Ledger.settle(ids(100, "late"), { tags: { tenant: "b" } })), Exit.isSuccess)
            yield* settled

            const after = followed.at(-1)?.cursor
            const rest = yield* Stream.runCollect(Ledger.changes({ after, follow: false }))
            const changed = [...followed, ...rest].map(({ entry }) => entry.id)
            assert.deepStrictEqual(changed.toSorted(), [...ids(100, "early"), ...ids(100, "late")].toSorted())
            const totals = yield* Ledger.summarize({ tag: "tenant" })
            assert.deepStrictEqual(totals.map(({ count, key }) => [key, count]), [["a", 100], ["b", 100]])
            assert.isAtMost(server.repeated(), 2 * concurrency)
            assert.strictEqual(yield* Ledger.retry(ids(2, "early")), 0)
            assert.strictEqual(yield* Ledger.forget({ before: DateTime.unsafeMake("9999-01-01") }), 200)
            assert.strictEqual(yield* Stream.runCount(Ledger.entries()), 0)
          }).pipe(Effect.provide(Layer.provideMerge(Ledger.layer(), pooled(database))))
        }),
      60_000
    )
  }

  it.scopedLive(
    "calls fail with Unavailable while all connections are taken, and no id is lost",
    () =>
      Effect.gen(function*() {
        // Without `query_wait_timeout` calls fail after 9 seconds.
        const bouncer = yield* pgBouncer({ pool_mode: "transaction", default_pool_size: 1, query_wait_timeout: 1 })
        const { asked, layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
        const workers = Layer.mergeAll(worker(layer), worker(layer).pipe(Layer.fresh), worker(layer).pipe(Layer.fresh))
        yield* Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const taken = yield* Effect.makeLatch()
          const free = yield* Effect.makeLatch()
          yield* Ledger.settle(ids(50, "before"))
          yield* Effect.gen(function*() {
            const holder = yield* Effect.fork(
              sql.withTransaction(Effect.zipRight(sql`SELECT 1`, Effect.zipRight(taken.open, free.await)))
            )
            yield* taken.await
            const errors = yield* Effect.all(
              Array.from({ length: 20 }, (_, index) => Effect.flip(Ledger.settle(ids(1, `refused-${index}`)))),
              { concurrency: "unbounded" }
            )
            for (const error of errors) assert.deepInclude(error, { _tag: "LedgerError", reason: "Unavailable" })
            yield* free.open
            yield* Fiber.join(holder)
            yield* eventually(Effect.exit(Ledger.settle(ids(50, "after"))), Exit.isSuccess)
            yield* eventually(Ledger.counts, ({ settled }) => settled === 100)
            assert.strictEqual(new Set(asked).size, 100)
          }).pipe(Effect.provide(workers))
        }).pipe(Effect.provide(Layer.provideMerge(Ledger.layer(), pooled(bouncer.through(yield* ownDatabase)))))
      }),
    60_000
  )
})
