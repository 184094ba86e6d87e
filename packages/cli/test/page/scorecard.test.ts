import { assert, describe, it } from "@effect/vitest"
import * as Filter from "../../page/filter.js"
import { details, failures, fallbacks, scores } from "../../page/scorecard.js"
import { toRecords } from "./records.js"

const failed = (provider_name: string, status: number, latency: number | null) => ({ provider_name, status, latency })

const records = toRecords([
  {
    id: "gen-1",
    model: "a",
    provider_name: "One",
    total_cost: 0.5,
    native_tokens_prompt: 600_000,
    native_tokens_completion: 400_000,
    latency: 100,
    provider_responses: [failed("Two", 503, 1000), failed("Three", 429, null), failed("One", 200, 100)]
  },
  { id: "gen-2", model: "a", provider_name: "One", total_cost: 0.25, latency: 300, cancelled: true },
  { id: "gen-4", model: "a", provider_name: "One", total_cost: 0, latency: 100, cancelled: false },
  { id: "gen-3", model: "a", provider_name: "Two", total_cost: 1, provider_responses: [] }
])
const all = Filter.select(records, Filter.none)

describe("scorecard", () => {
  it("has a row for each model and provider, the highest cost first", () => {
    assert.deepStrictEqual(
      scores(records, all).map(({ count, provider }) => [records.provider.names[provider], count]),
      [["Two", 1], ["One", 3]]
    )
  })

  it("says what a million tokens cost, how fast they came and how many were cancelled", () => {
    const one = scores(records, all)[1]
    assert(one !== undefined)
    assert.deepStrictEqual(details(records, one, []), {
      costPerMillion: 0.5,
      timeToFirstToken: { p50: 100, p95: 300 },
      tokensPerSecond: null,
      cancelled: 0.5,
      trend: []
    })
  })

  it("counts the attempts that failed at a provider, also where another one served", () => {
    const rates = failures(records, all)
    assert.deepStrictEqual(scores(records, all).map(rates.rate), [0.5, 0])
  })

  it("has the rate and the lost time of each provider that failed", () => {
    assert.deepStrictEqual(fallbacks(records, all), [
      { provider: "Two", failed: 1, rate: 0.5, lostTime: 1000, statuses: [[503, 1]] },
      { provider: "Three", failed: 1, rate: 1, lostTime: null, statuses: [[429, 1]] }
    ])
  })
})
