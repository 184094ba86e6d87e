import { type EmulatedGeneration, OpenRouterEmulator } from "@effect-openrouter/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { get, getData, inMemory } from "../../harness.js"

const day = 86_400_000
/** A Thursday. */
const now = Date.UTC(2026, 10, 26, 12)

const add = (...records: ReadonlyArray<EmulatedGeneration>) =>
  Effect.flatMap(
    OpenRouterEmulator,
    (emulator) => Effect.forEach(records, (record) => emulator.add(record, { visibleAfter: "1 hour" }))
  )

const at = (daysAgo: number) => new Date(now - daysAgo * day).toISOString()

describe("the account", () => {
  it.effect("has spent the exact sum of all records, visible or not, added or replied", () =>
    Effect.gen(function*() {
      yield* add({ id: "gen-1", totalCost: 0.1 }, { id: "gen-2", totalCost: 0.2 }, { id: "gen-3", totalCost: null })
      assert.deepStrictEqual(yield* getData("/credits"), { total_credits: 100, total_usage: 0.3 })
      yield* add({ id: "gen-1", totalCost: 123.4 })
      assert.deepStrictEqual(yield* getData("/credits"), { total_credits: 124, total_usage: 123.6 })
    }).pipe(Effect.provide(inMemory)))

  it.effect("counts the usage of a key by UTC day, week from Monday, and month", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      yield* add(
        { id: "gen-1", totalCost: 0.1, createdAt: "2026-11-26T00:00:00Z" },
        { id: "gen-2", totalCost: 0.2, createdAt: "2026-11-25T23:59:59.999Z" },
        { id: "gen-3", totalCost: 0.4, createdAt: "2026-11-22T23:59:59Z" },
        { id: "gen-4", totalCost: 0.8, createdAt: "2026-10-31T23:59:59Z", isByok: true, upstreamInferenceCost: 7 },
        { id: "gen-5", totalCost: 1.6, createdAt: null }
      )
      assert.deepInclude(yield* getData("/key"), {
        usage: 3.1,
        usage_daily: 0.1,
        usage_weekly: 0.3,
        usage_monthly: 0.7,
        byok_usage: 7,
        byok_usage_monthly: 0
      })
    }).pipe(Effect.provide(inMemory)))

  it.effect("lists its activity by completed day, model and provider of the last 30 days", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now)
      const tokens = { nativeTokensPrompt: 10, nativeTokensCompletion: 5, nativeTokensReasoning: 1 }
      const model = "openai/gpt-4o-2024-08-06"
      yield* add(
        { id: "gen-1", model, totalCost: 0.1, createdAt: at(1), ...tokens },
        { id: "gen-2", model, totalCost: 0.2, createdAt: at(1), ...tokens, isByok: true, upstreamInferenceCost: 3 },
        { id: "gen-3", model, totalCost: 1, createdAt: at(1), providerName: "Azure" },
        { id: "gen-4", model, totalCost: 1, createdAt: at(30) },
        { id: "gen-today", model, totalCost: 1, createdAt: at(0) },
        { id: "gen-old", model, totalCost: 1, createdAt: at(31) }
      )
      const rows = (yield* getData("/activity")) as ReadonlyArray<{ readonly endpoint_id: string }>
      assert.lengthOf(rows, 3)
      const [{ endpoint_id: _, ...first } = { endpoint_id: "" }] = rows
      assert.deepStrictEqual(first, {
        byok_usage_inference: 3,
        completion_tokens: 10,
        date: "2026-11-25",
        model: "openai/gpt-4o",
        model_permaslug: model,
        prompt_tokens: 20,
        provider_name: "OpenAI",
        reasoning_tokens: 2,
        requests: 2,
        usage: 0.3
      })
      assert.lengthOf((yield* getData("/activity?date=2026-11-25")) as ReadonlyArray<unknown>, 2)
    }).pipe(Effect.provide(inMemory)))

  it.effect.each(["2026-11-26", "2026-10-26", "2026-11-31", "yesterday", ""])(
    "has no activity of the date %s",
    (date) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(now)
        const response = yield* get(`/activity?date=${date}`)
        assert.strictEqual(response.status, 400)
        assert.deepStrictEqual(yield* response.json, {
          error: { code: 400, message: "Date must be within the last 30 (completed) UTC days" }
        })
      }).pipe(Effect.provide(inMemory))
  )
})
