import { Generation } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { collector } from "../../../src/internal/report/pageData.js"
import { source } from "../../page/records.js"

const decode = Schema.decode(Generation)

const collect = (records: ReadonlyArray<typeof Generation.Encoded>, timeZone?: string) =>
  Effect.gen(function*() {
    const data = collector(timeZone)
    for (const record of records) data.add(yield* decode(record))
    const result = data.result(source)
    assert(result !== null)
    return result
  })

describe("pageData", () => {
  it.effect("holds every record", () =>
    Effect.gen(function*() {
      const records = Array.from({ length: 6000 }, (_, index) => ({ id: `gen-${index}`, total_cost: 0.1 }))
      const { columns } = yield* collect(records)
      assert.lengthOf(columns.id, 6000)
      assert.lengthOf(columns.credits, 6000)
    }))

  it.effect("keeps an unknown cost unknown, also with BYOK", () =>
    Effect.gen(function*() {
      const { columns } = yield* collect([
        { id: "gen-1" },
        { id: "gen-2", total_cost: 0 },
        { id: "gen-3", total_cost: 0.1, is_byok: true },
        { id: "gen-4", total_cost: 0.1, is_byok: true, upstream_inference_cost: 0.2 }
      ])
      assert.deepStrictEqual(columns.credits, [null, 0, 0.1, 0.1])
      assert.deepStrictEqual(columns.byok, [0, 0, null, 0.2])
      assert.deepStrictEqual(columns.isByok, [null, null, 1, 1])
    }))

  it.effect("holds nothing that is private in a record", () =>
    Effect.gen(function*() {
      const data = yield* collect([
        { id: "gen-1", origin: "secret", http_referer: "secret", user_agent: "secret", external_user: "secret" }
      ])
      assert.notInclude(JSON.stringify(data), "secret")
    }))

  it.effect("holds each name once, and an empty one as unknown", () =>
    Effect.gen(function*() {
      const { columns } = yield* collect([
        { id: "gen-1", model: "a/one", app_id: 7 },
        { id: "gen-2", model: "", app_id: null },
        { id: "gen-3", model: "a/one", app_id: 7 }
      ])
      assert.deepStrictEqual(columns.model, { names: ["a/one"], of: [0, null, 0] })
      assert.deepStrictEqual(columns.app, { names: ["7"], of: [0, null, 0] })
    }))

  it.effect("has the days of the time zone of the report", () =>
    Effect.gen(function*() {
      const records = [{ id: "gen-1", created_at: "2026-11-02T23:30:00Z" }, { id: "gen-2" }]
      const day = Date.parse("2026-11-02") / 86_400_000
      assert.deepStrictEqual((yield* collect(records)).columns.day, [day, null])
      assert.deepStrictEqual((yield* collect(records, "Europe/Berlin")).columns.day, [day + 1, null])
    }))

  it.effect("holds the failed attempts of each record", () =>
    Effect.gen(function*() {
      const { attempts } = yield* collect([
        { id: "gen-1" },
        {
          id: "gen-2",
          provider_responses: [
            { provider_name: "One", status: 503, latency: 250 },
            { provider_name: "Two", status: null },
            { provider_name: "Two", status: 200, latency: 100 }
          ]
        }
      ])
      assert.deepStrictEqual(attempts, {
        record: [1],
        provider: { names: ["One"], of: [0] },
        status: [503],
        latency: [250]
      })
    }))
})
