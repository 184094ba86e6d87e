import { OpenRouterClient } from "@effect-openrouter/client"
import { type Generation, OpenRouterDefaultError, Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import {
  Ledger,
  type LedgerError,
  LedgerMetrics,
  type LedgerOptions,
  type SettleOptions
} from "@effect-openrouter/ledger"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import {
  type BigDecimal,
  DateTime,
  Duration,
  Effect,
  type Exit,
  Layer,
  Metric,
  Option,
  Redacted,
  Stream,
  Tracer
} from "effect"
import { type LedgerWithStore, StoreTypeId } from "../src/internal/makeLedger.js"
import { eventually, failure, generation, scripted, settled, worker } from "./harness.js"

/** Values that no argument accepts, except where a test says so. */
const nonsense: ReadonlyArray<unknown> = [
  null,
  undefined,
  0,
  -1,
  NaN,
  true,
  false,
  "",
  "nonsense",
  "constructor",
  "2026-11-26",
  1n,
  Symbol("nonsense"),
  () => 1,
  {},
  new Date(),
  new Date(NaN),
  Object.create(null),
  new Proxy({}, {
    get: () => {
      throw new Error("read")
    },
    has: () => {
      throw new Error("read")
    },
    ownKeys: () => {
      throw new Error("read")
    }
  })
]

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
      { problem: "a long id", invalid: ["gen-1", "g".repeat(513)] },
      { problem: "an API key", invalid: ["gen-1", "sk-or-v1-0123456789abcdef"] },
      { problem: "a URL", invalid: ["gen-1", "https://openrouter.ai/gen-2"] },
      { problem: "a missing value as text", invalid: ["gen-1", "undefined"] },
      {
        problem: "an iterator that throws",
        invalid: {
          *[Symbol.iterator](): Generator<string> {
            yield "gen-1"
            throw new Error("broken")
          }
        }
      }
    ])("settle rejects $problem and writes nothing", ({ invalid }) =>
      withLedger(Effect.gen(function*() {
        const error = yield* Effect.flip(Ledger.settle(invalid))
        assert.propertyVal(error, "field", "id")
        assert.notInclude(error.message, "sk-or")
        assert.strictEqual((yield* Ledger.counts).pending, 0)
      })))

    it.live.each<{ readonly field: string; readonly options: SettleOptions }>([
      { field: "tags", options: { tags: { tenant: "a\0" } } },
      { field: "tags", options: { tags: { "\ud800": "a" } } },
      { field: "after", options: { after: "73000 days" } },
      { field: "after", options: { after: -1 } }
    ])("settle rejects an invalid $field", ({ field, options }) =>
      withLedger(Effect.gen(function*() {
        assert.propertyVal(yield* Effect.flip(Ledger.settle(["gen-1"], options)), "field", field)
        assert.strictEqual((yield* Ledger.counts).pending, 0)
      })))

    it.live("fails with an error that names the argument, for every value of another type", () =>
      withLedger(Effect.gen(function*() {
        yield* Ledger.settle(["gen-1"])
        const is = (names: string, call: () => Effect.Effect<unknown, { readonly message: string }, Ledger>) =>
          Effect.map(
            Effect.flip(Effect.suspend(call)),
            ({ message }) => assert.match(message, new RegExp(`^(?:${names}) must be `))
          )
        for (const value of nonsense) {
          // `null` and `undefined` mean that an option is not given.
          const isGiven = value !== null && value !== undefined
          const isObject = typeof value === "object" || typeof value === "function"
          if (typeof value !== "string") yield* is("id", () => Ledger.find(value as never))
          yield* is("id", () => Ledger.settle(value as never))
          yield* is("which", () => Ledger.retry(value as never))
          yield* is("options|before", () => Ledger.forget(value as never))
          yield* is("before", () => Ledger.forget({ before: value } as never))
          yield* is("by", () => Ledger.summarize(value as never))
          if (typeof value !== "string") {
            yield* is("which", () => Ledger.retry([value] as never))
            yield* is("by", () => Ledger.summarize({ tag: value } as never))
          }
          yield* is("which", () => Ledger.retry({ state: value } as never))
          yield* is("which", () => Ledger.retry({ costUnknown: value === true ? 1 : value } as never))
          if (!isGiven) continue
          if (!isObject) {
            yield* is("options", () => Ledger.settle([], value as never))
            yield* is("filter", () => collect(Ledger.entries(value as never)))
            yield* is("options", () => Stream.runHead(Ledger.changes(value as never)))
            yield* is("options", () => Ledger.summarize("model", value as never))
          }
          if (value !== true && value !== false) {
            yield* is("follow", () => Stream.runHead(Ledger.changes({ follow: value } as never)))
          }
          yield* is("after", () => Stream.runHead(Ledger.changes({ after: value } as never)))
          // A number of milliseconds and a `bigint` of nanoseconds are durations, and with Effect 4 an object of units.
          if (typeof value !== "bigint" && value !== 0 && !isObject) {
            yield* is("after", () => Ledger.settle([], { after: value } as never))
          }
          for (const field of ["since", "until"]) {
            yield* is(field, () => collect(Ledger.entries({ [field]: value })))
            yield* is(field, () => Ledger.summarize("day", { [field]: value }))
          }
          yield* is("state", () => collect(Ledger.entries({ state: value } as never)))
          for (const tags of [{ tenant: value }, ...isObject ? [] : [value]]) {
            if (typeof value === "string" && typeof tags === "object") continue
            yield* is("tags", () => Ledger.settle([], { tags } as never))
            yield* is("tags", () => collect(Ledger.entries({ tags } as never)))
            yield* is("tags", () => Ledger.summarize("day", { tags } as never))
          }
        }
        assert.deepInclude(yield* Ledger.counts, { pending: 1 })
      })))

    it.live("rejects options of the ledger of another type, and takes `null` for none", () =>
      Effect.gen(function*() {
        const open = (options: unknown) => Effect.provide(Ledger.counts, Ledger.layer(options as never))
        for (const value of nonsense.filter((value) => value !== null && value !== undefined)) {
          if (typeof value !== "object") assert.match((yield* Effect.flip(open(value))).message, /^options must be /)
          if (value !== "nonsense" && value !== "constructor") {
            assert.match((yield* Effect.flip(open({ prefix: value }))).message, /^prefix must be /)
          }
          if (typeof value !== "boolean") {
            assert.match((yield* Effect.flip(open({ privateFields: value }))).message, /^privateFields must be /)
          }
        }
        for (const options of [null, undefined, { prefix: null, privateFields: null }]) {
          assert.strictEqual((yield* open(options)).failed, 0)
        }
      }).pipe(Effect.provide(database)))

    it.live("finds nothing for text that no id can be, and retries nothing", () =>
      withLedger(Effect.gen(function*() {
        yield* Ledger.settle(["gen-1"])
        assert.isNull(yield* Ledger.find("gen-\0"))
        assert.isNull(yield* Ledger.find("\ud800"))
        assert.strictEqual(yield* Ledger.retry(["gen-\0", "gen-1", "gen-9"]), 0)
        assert.strictEqual(yield* Ledger.retry([]), 0)
      })))

    it.live("accepts every DateTime in a filter", () =>
      withLedger(Effect.gen(function*() {
        yield* Ledger.settle(["gen-1"])
        const filter = { since: DateTime.unsafeMake(-8.64e15), until: DateTime.unsafeMake(8.64e15) }
        assert.strictEqual((yield* collect(Ledger.entries(filter))).length, 1)
        assert.strictEqual((yield* collect(Ledger.entries({ since: filter.until }))).length, 0)
        assert.deepStrictEqual(yield* Ledger.summarize("model", filter), [])
        assert.strictEqual(yield* Ledger.forget({ before: filter.until }), 0)
      })))

    it.live("asks for an id only after the delay that settle names", () =>
      withLedger(Effect.gen(function*() {
        const { asked, layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
        yield* Ledger.settle(["gen-later"], { after: "1 hour" })
        yield* Ledger.settle(["gen-now"])
        yield* eventually(Ledger.counts, ({ settled }) => settled === 1).pipe(Effect.provide(worker(layer)))
        assert.deepStrictEqual(asked, ["gen-now"])
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
            const found = yield* collect(Ledger.entries({ tags: { number: "1" } }))
            assert.deepStrictEqual(found.map(({ id }) => id), ["gen-2"])
            assert.deepStrictEqual((yield* Ledger.summarize({ tag: "number" })).map(({ key }) => key).toSorted(), [
              "1",
              null
            ])
          }),
          { prefix }
        )
      }))

    it.live("fails an invalid id of a plain INSERT, and lists it", () => {
      const prefix = `odd_${process.pid}_${tables++}`
      const odd = ["", " ", "sk-or-v1-0123456789abcdef", "x".repeat(2000), "https://openrouter.ai/gen-1", "undefined"]
      const generations = Generations.layer.pipe(
        Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("sk-or-v1-example") })),
        Layer.provide(OpenRouterEmulator.layerHttpClient),
        Layer.provide(OpenRouterEmulator.layer)
      )
      return withLedger(
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* Effect.forEach(
            odd,
            (id) => sql`INSERT INTO ${sql(prefix)} ${sql.insert({ id })} ON CONFLICT DO NOTHING`
          )
          yield* settled.pipe(Effect.provide(worker(generations)))
          const entries = yield* collect(Ledger.entries())
          assert.deepStrictEqual(
            entries.map(({ id, state }) => [id, state]),
            odd.toSorted().map((id) => [id, "failed"])
          )
          assert.notInclude(JSON.stringify(entries.map(({ error }) => error)), "sk-or-v1-0123456789abcdef")
          assert.strictEqual((yield* collect(Ledger.changes({ follow: false }))).length, odd.length)
        }),
        { prefix }
      )
    })

    it.live("records the outcomes of all other ids if one row accepts none", () => {
      const prefix = `stuck_${process.pid}_${tables++}`
      const { layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
      return withLedger(
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          const table = sql(prefix)
          yield* sql.onDialectOrElse({
            pg: () => sql`ALTER TABLE ${table} ADD CHECK (id <> 'gen-0' OR attempts = 0)`,
            orElse: () =>
              sql`CREATE TRIGGER ${sql(`${prefix}_stuck`)} BEFORE UPDATE OF attempts ON ${table} WHEN new.id = 'gen-0'
BEGIN SELECT RAISE(ABORT, 'no'); END`
          })
          yield* Ledger.settle(ids(20))
          yield* eventually(Ledger.counts, ({ settled }) => settled === 19).pipe(Effect.provide(worker(layer)))
          assert.deepInclude(yield* Ledger.find("gen-0"), { state: "pending", attempts: 0 })
        }),
        { prefix }
      )
    })

    it.live("is Corrupt for a row that was changed by hand to something else", () => {
      const prefix = `changed_${process.pid}_${tables++}`
      return withLedger(
        Effect.gen(function*() {
          const sql = yield* SqlClient.SqlClient
          yield* sql`INSERT INTO ${sql(prefix)} (id, state, cost, cursor, record)
VALUES ('gen-1', 'settled', '0.1', 1, '{"id":1}')`
          const calls: ReadonlyArray<Effect.Effect<unknown, LedgerError, Ledger>> = [
            Ledger.find("gen-1"),
            collect(Ledger.entries()),
            collect(Ledger.changes({ follow: false }))
          ]
          for (const call of calls) assert.propertyVal(yield* Effect.flip(call), "reason", "Corrupt")
        }),
        { prefix }
      )
    })

    it.live("settles many ids, each with one request, and returns the changes in order", () =>
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

    it.live("maps each kind of error to its outcome", () =>
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

    it.live("goes on behind ids that always fail, and never fails an id during a pause", () =>
      withLedger(Effect.gen(function*() {
        const { layer } = scripted((id) =>
          id.startsWith("gen-bad") ? Effect.fail(failure(503)) : Effect.succeed(generation({ id, total_cost: 1 }))
        )
        yield* Ledger.settle(["gen-bad-1", "gen-bad-2", "gen-bad-3", "gen-bad-4"])
        yield* Effect.gen(function*() {
          const { paused } = yield* eventually(Ledger.counts, ({ paused }) => paused !== null)
          assert.strictEqual(paused?.reason, "Unavailable")
          yield* Ledger.settle(ids(20))
          yield* eventually(Ledger.counts, ({ settled }) => settled === 20)
          assert.strictEqual((yield* Ledger.counts).pending, 4)
          assert.propertyVal((yield* Ledger.find("gen-bad-1"))?.error, "status", 503)
        }).pipe(Effect.provide(worker(layer)))
      })))

    it.live("waits as long as a 429 says, whatever other requests report", () =>
      withLedger(Effect.gen(function*() {
        const retryAfter = Duration.millis(700)
        const limited = new OpenRouterDefaultError({
          status: 429,
          reason: "TooManyRequests",
          message: "slow",
          retryAfter
        })
        const times: Array<number> = []
        const { layer } = scripted((id) =>
          Effect.suspend(() => {
            times.push(performance.now())
            if (times.length === 1) return Effect.fail(limited)
            return id === "gen-0" || times.length > 2
              ? Effect.succeed(generation({ id, total_cost: 1 }))
              : Effect.fail(failure(401, "Unauthorized"))
          })
        )
        yield* Ledger.settle(ids(2))
        yield* settled.pipe(Effect.provide(worker(layer)))
        const [first = 0, , third = 0] = times
        assert.isAtLeast(third - first, 690)
      })))

    it.live("keeps cursors valid after entries were forgotten and the ledger was opened again", () => {
      const prefix = `cursors_${process.pid}_${tables++}`
      const { layer } = scripted((id) => Effect.succeed(generation({ id, total_cost: 1 })))
      const settle = (ids: ReadonlyArray<string>) =>
        Effect.zipRight(Ledger.settle(ids), settled.pipe(Effect.provide(Layer.fresh(worker(layer)))))
      const opened = <A, E>(effect: Effect.Effect<A, E, Ledger | SqlClient.SqlClient>) =>
        Effect.provide(effect, ledger({ prefix }))
      return Effect.gen(function*() {
        const before = yield* opened(
          Effect.zipRight(settle(["gen-1", "gen-2"]), collect(Ledger.changes({ follow: false })))
        )
        const after = before.at(-1)?.cursor
        assert.strictEqual(yield* opened(Ledger.forget({ before: DateTime.unsafeMake("2100-01-01") })), 2)
        yield* opened(settle(["gen-3"]))
        const changes = yield* opened(collect(Ledger.changes({ after, follow: false })))
        assert.deepStrictEqual(changes.map(({ entry }) => entry.id), ["gen-3"])
        const first = yield* opened(Stream.runHead(Ledger.changes({ after })))
        assert.strictEqual(Option.getOrThrow(first).entry.id, "gen-3")
        assert.propertyVal(yield* Effect.flip(opened(collect(Ledger.changes({ after: "x" })))), "_tag", "LedgerError")
      }).pipe(Effect.provide(database))
    })

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

    it.live("stores a hostile record exactly, and delays no other", () =>
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

    it.live("stores a record of any time and of any cost", () =>
      withLedger(Effect.gen(function*() {
        const records = [
          { created_at: "+012026-01-01T00:00:00.000Z", total_cost: -0.25 },
          { created_at: "-000001-01-01T00:00:00.000Z", total_cost: 5e-324 },
          { created_at: "0000-01-01T00:00:00.000Z", total_cost: 1e-7 },
          { created_at: "2026-11-25T16:00:00Z", total_cost: null, usage: 0.5 }
        ].map((fields, index) => generation({ id: `gen-${index}`, ...fields }))
        const { layer } = scripted((id) => Effect.succeed(records[Number(id.slice(4))] ?? generation({ id })))
        yield* Ledger.settle(ids(4))
        yield* settled.pipe(Effect.provide(worker(layer)))
        const entries = yield* collect(Ledger.entries())
        assert.deepStrictEqual(entries.map(({ record }) => record), records)
        assert.strictEqual(usd(entries[0]?.cost), "-0.25")
        const expected = yield* Stream.run(Stream.fromIterable(records), Usage.summarize("model"))
        const [actual] = yield* Ledger.summarize("model")
        assert.deepStrictEqual(actual?.cost, expected[0]?.cost)
        const range = { since: DateTime.unsafeMake("2026-11-01"), until: DateTime.unsafeMake("2026-12-01") }
        assert.deepStrictEqual((yield* Ledger.summarize("day", range)).map(({ count, key }) => [key, count]), [
          ["2026-11-25", 1]
        ])
      })))

    it.live("accepts tags and ids of any text, and finds them", () =>
      withLedger(Effect.gen(function*() {
        const tags = { "a.b \"c'": "$.d", "": "empty", "😀": "ü" }
        yield* Ledger.settle(new Map([["gen-ünï-😀", 1], ["g".repeat(512), 2]]).keys(), { tags })
        yield* Ledger.settle(["GEN-1", "gen-1"])
        for (const [name, value] of Object.entries(tags)) {
          const found = yield* collect(Ledger.entries({ tags: { [name]: value } }))
          assert.deepStrictEqual(found.map(({ id, tags }) => ({ id, tags })), [
            { id: "gen-ünï-😀", tags },
            { id: "g".repeat(512), tags }
          ])
        }
        assert.deepStrictEqual(yield* collect(Ledger.entries({ tags: { "a\0": "b" } })), [])
        assert.deepStrictEqual(yield* Ledger.summarize("model", { tags: { a: "\0" } }), [])
        assert.deepStrictEqual((yield* collect(Ledger.entries())).map(({ id }) => id), [
          "GEN-1",
          "gen-1",
          "gen-ünï-😀",
          "g".repeat(512)
        ])
      })))

    it.live("stores no private fields without `privateFields`", () =>
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
          // The keys are in the order of `entries` too.
          const inOrder = Stream.filterMap(Ledger.entries(), ({ record }) => Option.fromNullable(record))
          assert.deepStrictEqual(yield* Ledger.summarize(by), yield* Stream.run(inOrder, Usage.summarize(by)))
        }
        const [byTag] = yield* Ledger.summarize({ tag: "tenant" })
        assert.deepInclude(byTag, { key: "a", count: 60 })
        const [withoutTag] = yield* Ledger.summarize({ tag: "order" })
        assert.deepInclude(withoutTag, { key: null, count: 60 })
        const range = { since: DateTime.unsafeMake("2026-11-21"), until: DateTime.unsafeMake("2026-11-22") }
        assert.deepStrictEqual((yield* Ledger.summarize("day", range)).map(({ key }) => key), ["2026-11-21"])
      })))

    it.live("counts a record once that was returned for several ids", () =>
      withLedger(Effect.gen(function*() {
        const record = (id: string) => generation({ id, model: id, total_cost: 1, created_at: "2026-11-25T16:00:00Z" })
        const returned: Record<string, string> = {
          "gen-b": "gen-a",
          "gen-c": "gen-a",
          "gen-d": "gen-batch",
          "gen-e": "gen-batch",
          "gen-f": "gen-\0",
          "gen-g": "gen-\0",
          "gen-h": "gen-z",
          // Its own row has another record, which counts too.
          "gen-z": "gen-y"
        }
        const { layer } = scripted((id) => Effect.succeed(record(returned[id] ?? id)))
        const worked = settled.pipe(Effect.provide(worker(layer)))
        yield* Ledger.settle(["gen-b", "gen-c", "gen-e", "gen-f", "gen-g", "gen-h", "gen-z"], { tags: { part: "1" } })
        yield* Ledger.settle(["gen-a", "gen-d"], { tags: { part: "2" } })
        yield* worked
        const counts = (summaries: ReadonlyArray<Usage.Summary<unknown>>) =>
          Object.fromEntries(summaries.map(({ cost, count, key }) => [key, [count, Usage.formatUsd(cost.credits)]]))
        const once = [1, "1"]
        const all = {
          "gen-a": once,
          "gen-batch": once,
          "gen-\ufffd": once,
          "gen-z": once,
          "gen-y": once
        }
        assert.deepStrictEqual(counts(yield* Ledger.summarize("model")), all)
        const range = { since: DateTime.unsafeMake("2026-11-25"), until: DateTime.unsafeMake("2026-11-26") }
        assert.deepStrictEqual(counts(yield* Ledger.summarize("model", range)), all)
        assert.deepStrictEqual(counts(yield* Ledger.summarize("day")), { "2026-11-25": [5, "5"] })
        assert.deepStrictEqual(counts(yield* Ledger.summarize({ tag: "part" })), { 1: [3, "3"], 2: [2, "2"] })
        assert.deepStrictEqual(counts(yield* Ledger.summarize("day", { tags: { part: "1" } })), {
          "2026-11-25": [5, "5"]
        })
        // The records of the entries give the same totals.
        const records = Stream.filterMap(Ledger.entries(), ({ record }) => Option.fromNullable(record))
        assert.strictEqual((yield* Stream.run(records, Usage.summarize("day")))[0]?.count, 5)
      })))

    it.live("summarizes numbers whose sum is no number", () =>
      withLedger(Effect.gen(function*() {
        const record = (id: string) => generation({ id, native_tokens_completion: 1.7e308, generation_time: 1e-300 })
        const { layer } = scripted((id) => Effect.succeed(record(id)))
        yield* Ledger.settle(ids(2))
        yield* settled.pipe(Effect.provide(worker(layer)))
        const expected = yield* Stream.run(Stream.fromIterable(ids(2).map(record)), Usage.summarize("model"))
        assert.deepStrictEqual(yield* Ledger.summarize("model"), expected)
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

    it.live("rejects a table of its name that is not the ledger's, and tables that were deleted", () =>
      Effect.gen(function*() {
        const prefix = `other_${process.pid}_${tables++}`
        const sql = yield* SqlClient.SqlClient
        yield* sql`CREATE TABLE ${sql(prefix)} (id integer)`
        const other = yield* Effect.flip(Effect.provide(Ledger.counts, ledger({ prefix })))
        assert.propertyVal(other, "reason", "Schema")
        assert.include(other.message, `has a table ${prefix} without ${prefix}_migrations`)
        yield* sql`DROP TABLE ${sql(prefix)}`
        const counts = Effect.zipRight(sql`DROP TABLE ${sql(prefix)}`, Ledger.counts)
        const deleted = yield* Effect.flip(Effect.provide(counts, ledger({ prefix })))
        assert.propertyVal(deleted, "reason", "Schema")
      }).pipe(Effect.provide(database)))

    it.live("can be opened by many at once on an empty database", () =>
      Effect.gen(function*() {
        const prefix = `many_${process.pid}_${tables++}`
        const open = Effect.provide(Ledger.counts, Layer.fresh(ledger({ prefix })))
        const counts = yield* Effect.all(Array.from({ length: 8 }, () => open), { concurrency: "unbounded" })
        assert.strictEqual(counts.length, 8)
      }).pipe(Effect.provide(database)))

    it.live("shares one rate limit among all workers", () =>
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

    it.live("metrics and spans show what a worker has done", () =>
      withLedger(Effect.gen(function*() {
        const spans: Array<string> = []
        const tracer = yield* Effect.tracer
        const recording = Tracer.make({
          context: tracer.context,
          span: (...args) => {
            const span = tracer.span(...args)
            const { end, name } = span
            return Object.assign(span, {
              end: (time: bigint, exit: Exit.Exit<unknown, unknown>) => {
                if (name.startsWith("Ledger")) {
                  spans.push(`${name} ${span.attributes.get("openrouter.ledger.outcome") ?? ""}`.trim())
                }
                end.call(span, time, exit)
              }
            })
          }
        })
        const values = Effect.gen(function*() {
          const finished = (state: string) =>
            Effect.map(Metric.value(Metric.tagged(LedgerMetrics.finished, "state", state)), ({ count }) => count)
          return {
            settled: yield* finished("settled"),
            notVisible: yield* finished("notVisible"),
            failed: yield* finished("failed"),
            settledAfter: (yield* Metric.value(LedgerMetrics.settledAfter)).count,
            claimsExpired: (yield* Metric.value(LedgerMetrics.claimsExpired)).count,
            pauses: (yield* Metric.value(Metric.tagged(LedgerMetrics.pauses, "reason", "Unauthorized"))).count
          }
        })
        let isAccepted = false
        const { layer } = scripted((id) => {
          if (id === "gen-forbidden") return Effect.fail(failure(403, "Forbidden"))
          if (id === "gen-missing") return Effect.fail(failure(404, "NotFound"))
          return Effect.suspend(() =>
            isAccepted ? Effect.succeed(generation({ id, total_cost: 1 })) : Effect.fail(failure(401, "Unauthorized"))
          )
        })
        const before = yield* values
        yield* Ledger.settle(["gen-1"])
        const store = (yield* Ledger as unknown as Effect.Effect<LedgerWithStore, never, Ledger>)[StoreTypeId].store
        // A worker that died with its claim.
        yield* store.claim(1, Duration.millis(1), false)
        yield* Effect.gen(function*() {
          yield* eventually(Ledger.counts, ({ paused }) => paused !== null)
          const { value } = yield* Metric.value(LedgerMetrics.oldestPending)
          assert.isAbove(value, 0)
          isAccepted = true
          yield* settled
          yield* Ledger.settle(["gen-forbidden", "gen-missing"])
          yield* settled
        }).pipe(Effect.provide(worker(layer, { within: "1 second" })), Effect.withTracer(recording))
        const after = yield* values
        assert.deepStrictEqual(
          Object.entries(after).map(([name, value]) => [name, value - before[name as keyof typeof before]]),
          [["settled", 1], ["notVisible", 1], ["failed", 1], ["settledAfter", 1], ["claimsExpired", 1], ["pauses", 1]]
        )
        assert.includeMembers(spans, [
          "LedgerWorker.ask held",
          "LedgerWorker.ask settled",
          "LedgerWorker.ask failed",
          "LedgerWorker.ask notFound",
          "Ledger.settle"
        ])
      })))
  })
}
