import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as Decimal from "../../page/decimal.js"
import * as Filter from "../../page/filter.js"
import { type Finding, findings } from "../../page/findings.js"
import { getCost } from "../../page/summary.js"
import { toRecords } from "./records.js"

const sentence = ({ names, text }: Finding): string => text + names.join(" and ")

const found = (generations: Parameters<typeof toRecords>[0], filter: Filter.Filter = Filter.none) => {
  const records = toRecords(generations)
  return findings(records, filter, Filter.select(records, filter)).map(sentence)
}

describe("findings", () => {
  it("names the few models with most of the spend", () => {
    const costs = { a: 41, b: 37, c: 12, d: 10 }
    const generations = Object.entries(costs).map(([model, total_cost]) => ({ id: model, model, total_cost }))
    assert.deepStrictEqual(found(generations), ["78 % of the spend is 2 models: a and b"])
    assert.deepStrictEqual(found(generations, { ...Filter.none, model: ["a"] }), [])
    assert.deepStrictEqual(
      found([{ id: "1", total_cost: 7 }, { id: "2", model: "a", provider_name: "One", total_cost: 3 }]),
      ["70 % of the spend is an unknown model", "70 % of the spend is an unknown provider"]
    )
  })

  it("says what fallbacks, cancelled generations, own keys, caching and unknown costs mean", () => {
    assert.deepStrictEqual(
      found([
        { id: "1", total_cost: 7, provider_responses: [{ status: 503, latency: 42_000 }, { status: 200 }] },
        { id: "2", total_cost: 1, cancelled: true },
        { id: "3", total_cost: 0, is_byok: true, upstream_inference_cost: 2 },
        { id: "4", total_cost: 0, cache_discount: 0.03 },
        { id: "5", total_cost: 0, cache_discount: -0.01 },
        { id: "6" }
      ]),
      [
        "Fallbacks cost 42 s: 1 generation had failed attempts",
        "10 % of the spend is 1 cancelled generation",
        "20 % of the spend is generations with your own key (BYOK)",
        "Caching saved $0.02: 2 generations used prompt caching",
        "The cost of 1 generation is unknown"
      ]
    )
  })

  it("names a day that cost much more than the others", () => {
    const generations = Array.from({ length: 10 }, (_, index) => ({
      id: `${index}`,
      created_at: `2026-11-${String(index + 10)}T00:00:00Z`,
      total_cost: index === 4 ? 9 : 1
    }))
    assert.deepStrictEqual(found(generations), ["50 % of the spend was on 2026-11-14"])
  })

  const names = FastCheck.constantFrom("a", "b", "c", null)
  const generation = FastCheck.record({
    id: FastCheck.string(),
    model: names,
    provider_name: names,
    session_id: names,
    app_id: FastCheck.constantFrom(1, 2, null),
    created_at: FastCheck.constantFrom("2026-11-01T00:00:00Z", "2026-11-05T00:00:00Z", null),
    total_cost: FastCheck.option(FastCheck.double({ min: 0, max: 1, noNaN: true })),
    cancelled: FastCheck.boolean(),
    is_byok: FastCheck.boolean()
  })

  it.prop(
    "shows what it says when it is clicked",
    [FastCheck.array(generation, { maxLength: 40 })],
    ([generations]) => {
      const records = toRecords(generations)
      const all = Filter.select(records, Filter.none)
      for (const finding of findings(records, Filter.none, all)) {
        const rows = Filter.select(records, { ...Filter.none, ...finding.change })
        assert.isAbove(rows.length, 0)
        const [, percent] = /^([\d.]+) % of the spend/.exec(sentence(finding)) ?? []
        if (percent !== undefined) {
          assert.strictEqual(Decimal.percent(getCost(records, rows).cost, getCost(records, all).cost), percent)
        }
      }
    }
  )
})
