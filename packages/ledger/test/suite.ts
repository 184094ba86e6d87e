import { type Generation, Usage } from "@effect-openrouter/core"
import { Ledger, type LedgerOptions } from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { type BigDecimal, DateTime, Effect, Layer, Stream } from "effect"
import { eventually, failure, generation, scripted, settled, worker } from "./harness.js"

/** The behaviour that is the same for every database. */
export const ledgerSuite = (name: string, database: Layer.Layer<SqlClient.SqlClient, unknown>): void => {
  let tables = 0
  const ledger = (options: LedgerOptions = {}) =>
    Layer.suspend(() => Ledger.layer({ prefix: `ledger_${process.pid}_${tables++}`, ...options }))

  const withLedger = <A, E>(effect: Effect.Effect<A, E, Ledger | SqlClient.SqlClient>, options?: LedgerOptions) =>
    Effect.provide(effect, Layer.provideMerge(ledger(options), database))

  const ids = (count: number) => Array.from({ length: count }, (_, index) => `gen-${index}`)
  const usd = (cost: BigDecimal.BigDecimal | null | undefined) => cost ? Usage.formatUsd(cost) : cost
  const collect = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
    Effect.map(Stream.runCollect(stream), (chunk) => [...chunk])

  describe(`Ledger on ${name}`, () => {
    it.live("settle adds each id once, with the tags of the first call", () =>
      withLedger(Effect.gen(function*() {
        assert.deepStrictEqual(yield* Ledger.settle(["gen-1", "gen-2", "gen-1"], { tags: { tenant: "a" } }), {
          added: 2
        })
        assert.deepStrictEqual(yield* Ledger.settle(new Set(["gen-2", "gen-3"]), { tags: { tenant: "b" } }), {
          added: 1
        })
        const entries = yield* collect(Ledger.entries({ tags: { tenant: "a" } }))
        assert.deepStrictEqual(entries.map(({ id, state, tags }) => ({ id, state, tags })), [
          { id: "gen-1", state: "pending", tags: { tenant: "a" } },
          { id: "gen-2", state: "pending", tags: { tenant: "a" } }
        ])
        assert.isNull(yield* Ledger.find("gen-9"))
        const counts = yield* Ledger.counts
        assert.deepInclude(counts, { pending: 3, settled: 0, notVisible: 0, failed: 0, paused: null })
        assert.isNotNull(counts.oldestPending)
      })))

    it.live.each([
      { problem: "an empty id", invalid: ["gen-1", ""] },
      { problem: "NUL", invalid: ["gen-1", "gen\0"] },
      { problem: "a long id", invalid: ["gen-1", "g".repeat(513)] }
    ])("settle rejects $problem and writes nothing", ({ invalid }) =>
      withLedger(Effect.gen(function*() {
        assert.propertyVal(yield* Effect.flip(Ledger.settle(invalid)), "field", "id")
        assert.strictEqual((yield* Ledger.counts).pending, 0)
      })))

    it.live("settle is part of the caller's transaction", () =>
      withLedger(Effect.gen(function*() {
        const sql = yield* SqlClient.SqlClient
        yield* Effect.flip(sql.withTransaction(Effect.zipRight(Ledger.settle(["gen-1"]), Effect.fail("rolled back"))))
        assert.strictEqual((yield* Ledger.counts).pending, 0)
        yield* sql.withTransaction(Ledger.settle(["gen-1"]))
        assert.strictEqual((yield* Ledger.counts).pending, 1)
      })))

    it.live("a plain INSERT is a settle", () =>
      Effect.gen(function*() {
        const prefix = `plain_${process.pid}_${tables++}`
        const { layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 0.25 })))
        yield* withLedger(
          Effect.gen(function*() {
            const sql = yield* SqlClient.SqlClient
            yield* sql`INSERT INTO ${sql(prefix)} (id) VALUES ('gen-1') ON CONFLICT DO NOTHING`
            yield* sql`INSERT INTO ${sql(prefix)} (id, tags) VALUES ('gen-2', '{"tenant":"a","number":1}')`
            yield* settled.pipe(Effect.provide(worker(layer)))
            const entry = yield* Ledger.find("gen-2")
            assert.deepInclude(entry, { state: "settled", tags: { tenant: "a", number: "1" }, attempts: 1 })
          }),
          { prefix }
        )
      }))

    it.live("settles many ids, each with one request, and tells the changes in order", () =>
      withLedger(Effect.gen(function*() {
        const { asked, layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 0.1 })))
        yield* Ledger.settle(ids(1200))
        yield* settled.pipe(Effect.provide(worker(layer, { concurrency: 200 })))
        assert.deepStrictEqual(asked.toSorted(), ids(1200).toSorted())
        const changes = yield* collect(Ledger.changes({ follow: false }))
        assert.deepStrictEqual(changes.map(({ entry }) => entry.id).toSorted(), ids(1200).toSorted())
        const rest = yield* collect(Ledger.changes({ follow: false, after: changes[1100]?.cursor }))
        assert.deepStrictEqual(rest.map(({ cursor }) => cursor), changes.slice(1101).map(({ cursor }) => cursor))
        assert.strictEqual(usd(changes[0]?.entry.cost), "0.1")
      })))

    it.live("gives each kind of error its outcome", () =>
      withLedger(Effect.gen(function*() {
        const { layer } = scripted((id) =>
          id === "gen-forbidden" ? Effect.fail(failure(403, "Forbidden")) : Effect.fail(failure(404, "NotFound"))
        )
        yield* Ledger.settle(["gen-forbidden", "gen-missing"])
        yield* settled.pipe(Effect.provide(worker(layer, { within: "1 second" })))
        const forbidden = yield* Ledger.find("gen-forbidden")
        assert.deepInclude(forbidden, { state: "failed", attempts: 1, dueAt: null, record: null, cost: null })
        assert.propertyVal(forbidden?.error, "status", 403)
        const missing = yield* Ledger.find("gen-missing")
        assert.deepInclude(missing, { state: "notVisible", error: null })
        assert.isAtLeast(missing?.attempts ?? 0, 2)
        assert.strictEqual(yield* Ledger.retry({ state: "notVisible" }), 1)
        assert.deepInclude(yield* Ledger.find("gen-missing"), { state: "pending", finishedAt: null, error: null })
      })))

    it.live("pauses the fleet for a rejected key, and goes on after it is accepted", () =>
      withLedger(Effect.gen(function*() {
        let isAccepted = false
        const { asked, layer } = scripted((id) =>
          isAccepted ? Effect.succeed(generation({ id, total_cost: 1 })) : Effect.fail(failure(401, "Unauthorized"))
        )
        yield* Ledger.settle(ids(20))
        yield* Effect.gen(function*() {
          const { paused } = yield* eventually(Ledger.counts, ({ paused }) => paused !== null)
          assert.strictEqual(paused?.reason, "Unauthorized")
          const before = asked.length
          yield* eventually(Effect.sync(() => asked.length), (count) => count > before)
          assert.strictEqual((yield* Ledger.counts).failed, 0)
          isAccepted = true
          yield* settled
          assert.isNull((yield* Ledger.counts).paused)
        }).pipe(Effect.provide(worker(layer, { concurrency: 2 })))
      })))

    it.live("keeps a record without a cost, and asks again on request", () =>
      withLedger(Effect.gen(function*() {
        const first = scripted((id) => Effect.succeed(generation({ id, total_cost: 1, is_byok: true })))
        yield* Ledger.settle(["gen-1"])
        yield* settled.pipe(Effect.provide(worker(first.layer)))
        assert.deepInclude(yield* Ledger.find("gen-1"), { state: "settled", cost: null })
        assert.strictEqual(yield* Ledger.retry({ costUnknown: true }), 1)
        const second = scripted((id) =>
          Effect.succeed(generation({ id, total_cost: 1, is_byok: true, upstream_inference_cost: 0.2 }))
        )
        yield* settled.pipe(Effect.provide(worker(second.layer)))
        assert.strictEqual(usd((yield* Ledger.find("gen-1"))?.cost), "1.2")
        assert.strictEqual(yield* Ledger.retry(["gen-1"]), 0)
        assert.strictEqual(yield* Ledger.forget({ before: DateTime.unsafeMake("2000-01-01") }), 0)
        assert.strictEqual(yield* Ledger.forget({ before: DateTime.unsafeMake("2100-01-01") }), 1)
        assert.isNull(yield* Ledger.find("gen-1"))
      })))

    it.live("keeps a hostile record exactly, and delays no other", () =>
      withLedger(Effect.gen(function*() {
        const hostile = {
          id: "gen-0",
          model: "a\0b\ud800",
          total_cost: 1e300,
          latency: 1e300,
          huge: "x".repeat(600_000),
          nul: "\0",
          lone: "\udfff"
        }
        const { layer } = scripted((id) => Effect.succeed(generation(id === "gen-0" ? hostile : { id, total_cost: 1 })))
        yield* Ledger.settle(ids(10))
        yield* settled.pipe(Effect.provide(worker(layer)))
        assert.strictEqual((yield* Ledger.counts).settled, 10)
        assert.deepStrictEqual((yield* Ledger.find("gen-0"))?.record, generation(hostile))
        const [byModel] = yield* Ledger.summarize("model")
        assert.strictEqual(byModel?.key, "a\ufffdb\ufffd")
      })))

    it.live("stores no private fields if it is told not to", () =>
      withLedger(
        Effect.gen(function*() {
          const { layer } = scripted((id) =>
            Effect.succeed(
              generation({ id, total_cost: 1, origin: "o", http_referer: "h", user_agent: "u", external_user: "e" })
            )
          )
          yield* Ledger.settle(["gen-1"])
          yield* settled.pipe(Effect.provide(worker(layer)))
          assert.deepInclude((yield* Ledger.find("gen-1"))?.record, {
            origin: null,
            httpReferer: null,
            userAgent: null,
            externalUser: null
          })
        }),
        { privateFields: false }
      ))

    it.live("summarizes as Usage.summarize does", () =>
      withLedger(Effect.gen(function*() {
        const records = new Map<string, Generation>(
          ids(60).map((id, index) => [
            id,
            generation({
              id,
              model: ["a", "b", null][index % 3],
              provider_name: index % 2 === 0 ? "x" : "",
              session_id: `s${index % 4}`,
              app_id: index % 5,
              created_at: `2026-11-2${index % 3}T23:30:00Z`,
              total_cost: index % 7 === 0 ? null : index / 1e8,
              is_byok: index % 2 === 0,
              upstream_inference_cost: index % 4 === 0 ? 0.1 : null,
              native_tokens_completion: index,
              generation_time: index * 10,
              latency: index,
              provider_responses: [{ status: index % 2 === 0 ? 200 : 503 }]
            })
          ])
        )
        const { layer } = scripted((id) => Effect.succeed(records.get(id) ?? generation({ id })))
        yield* Ledger.settle([...records.keys()], { tags: { tenant: "a" } })
        yield* settled.pipe(Effect.provide(worker(layer)))
        for (const by of ["model", "provider", "session", "app", "day"] as const) {
          const expected = yield* Stream.run(Stream.fromIterable(records.values()), Usage.summarize(by))
          const inOrder = <A extends { readonly key: unknown }>(all: ReadonlyArray<A>) =>
            all.toSorted((a, b) => String(a.key).localeCompare(String(b.key)))
          assert.deepStrictEqual(inOrder(yield* Ledger.summarize(by)), inOrder(expected))
        }
        const [byTag] = yield* Ledger.summarize({ tag: "tenant" })
        assert.deepInclude(byTag, { key: "a", count: 60 })
        const [withoutTag] = yield* Ledger.summarize({ tag: "order" })
        assert.deepInclude(withoutTag, { key: null, count: 60 })
        const range = { since: DateTime.unsafeMake("2026-11-21"), until: DateTime.unsafeMake("2026-11-22") }
        assert.deepStrictEqual((yield* Ledger.summarize("day", range)).map(({ key }) => key), ["2026-11-21"])
      })))

    it.live("rejects tables of a later version", () =>
      Effect.gen(function*() {
        const prefix = `later_${process.pid}_${tables++}`
        yield* Effect.gen(function*() {
          yield* Effect.provide(Ledger.counts, ledger({ prefix }))
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO ${sql(`${prefix}_migrations`)} (migration_id, name) VALUES (99, 'later')`
          const error = yield* Effect.flip(Effect.provide(Ledger.counts, ledger({ prefix })))
          assert.propertyVal(error, "reason", "Schema")
        }).pipe(Effect.provide(database))
      }))

    it.live("can be opened by many at once on an empty database", () =>
      Effect.gen(function*() {
        const prefix = `many_${process.pid}_${tables++}`
        const open = Effect.provide(Ledger.counts, Layer.fresh(ledger({ prefix })))
        const counts = yield* Effect.all(Array.from({ length: 8 }, () => open), { concurrency: "unbounded" })
        assert.strictEqual(counts.length, 8)
      }).pipe(Effect.provide(database)))

    it.live("keeps one rate limit for all workers", () =>
      withLedger(Effect.gen(function*() {
        const { asked, layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
        yield* Ledger.settle(ids(9))
        const limited = worker(layer, { rateLimit: { limit: 3, window: "300 millis" } })
        const start = process.hrtime.bigint()
        yield* settled.pipe(Effect.provide([limited, Layer.fresh(limited)]))
        assert.isAtLeast(Number(process.hrtime.bigint() - start) / 1e6, 600)
        assert.strictEqual(asked.length, 9)
      })))

    it.live("fences a worker that comes back after its ids were taken over", () =>
      withLedger(Effect.gen(function*() {
        const slow = scripted((id) =>
          Effect.delay(Effect.fail(failure(403, "Forbidden")), "400 millis").pipe(Effect.as(generation({ id })))
        )
        const fast = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
        yield* Ledger.settle(["gen-1"])
        yield* Effect.gen(function*() {
          yield* eventually(Effect.sync(() => slow.asked.length), (count) => count === 1)
          yield* settled.pipe(Effect.provide(Layer.fresh(worker(fast.layer))))
          yield* eventually(Ledger.counts, ({ settled }) => settled === 1)
        }).pipe(Effect.provide(worker(slow.layer, { takeOver: "100 millis" })))
        assert.deepInclude(yield* Ledger.find("gen-1"), { state: "settled", attempts: 1 })
      })))
  })
}
