import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { inMemory, post } from "../../harness.js"

const query = (body: object) =>
  Effect.gen(function*() {
    const response = yield* post("/analytics/query", { metrics: ["request_count"], ...body })
    const json = (yield* response.json) as {
      readonly data?: {
        readonly data: ReadonlyArray<Record<string, unknown>>
        readonly metadata: { readonly truncated: boolean }
      }
    }
    return { status: response.status, rows: json.data?.data ?? [], truncated: json.data?.metadata.truncated }
  })

const timeRange = { start: "2026-11-01T00:00:00Z", end: "2026-11-26T00:00:00.000Z" }

const added = Effect.gen(function*() {
  const emulator = yield* OpenRouterEmulator
  yield* TestClock.setTime(Date.UTC(2026, 10, 26))
  yield* emulator.add({ id: "gen-1", createdAt: "2026-11-01T00:00:00Z", model: "a/one", totalCost: 0.25 })
  yield* emulator.add({ id: "gen-2", createdAt: "2026-11-02T00:00:00Z", model: "a/one", totalCost: 0.5 })
  yield* emulator.add({ id: "gen-3", createdAt: "2026-11-26T00:00:00Z", model: "b/two" })
  yield* emulator.add({ id: "gen-4", createdAt: "2026-11-03T00:00:00Z" }, { visibleAfter: "1 hour" })
})

describe("analytics", () => {
  it.effect("lists the visible generations of a range, its end excluded", () =>
    Effect.gen(function*() {
      yield* added
      const { rows, truncated } = yield* query({ dimensions: ["generation_id"], time_range: timeRange })
      assert.deepStrictEqual(rows, [
        { generation_id: "gen-1", request_count: "1" },
        { generation_id: "gen-2", request_count: "1" }
      ])
      assert.isFalse(truncated)
    }).pipe(Effect.provide(inMemory)))

  it.effect("says when the limit hides rows", () =>
    Effect.gen(function*() {
      yield* added
      const { rows, truncated } = yield* query({ dimensions: ["generation_id"], time_range: timeRange, limit: 1 })
      assert.lengthOf(rows, 1)
      assert.isTrue(truncated)
    }).pipe(Effect.provide(inMemory)))

  it.effect("adds up by model", () =>
    Effect.gen(function*() {
      yield* added
      const { rows } = yield* query({
        metrics: ["request_count", "total_usage", "credits_usage"],
        dimensions: ["model"],
        time_range: timeRange
      })
      assert.deepStrictEqual(rows, [{ model: "a/one", request_count: "2", total_usage: 0.75, credits_usage: 0.75 }])
    }).pipe(Effect.provide(inMemory)))

  it.effect.each([
    { time_range: { start: "2026-10-01T00:00:00Z", end: "2026-11-26T00:00:00Z" } },
    { time_range: { start: "2026-11-26T00:00:00Z", end: "2026-11-26T00:00:00Z" } },
    { time_range: { start: "2026-11-25T00:00Z", end: "2026-11-26T00:00Z" } },
    { dimensions: ["generation_id", "model", "provider"] },
    { dimensions: ["shoe_size"] },
    { metrics: [] }
  ])(
    "rejects the query %#",
    (body) => Effect.map(query(body), ({ status }) => assert.strictEqual(status, 400)).pipe(Effect.provide(inMemory))
  )
})
