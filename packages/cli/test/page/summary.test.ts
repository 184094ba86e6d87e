import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as Decimal from "../../page/decimal.js"
import * as Filter from "../../page/filter.js"
import * as Summary from "../../page/summary.js"
import { toRecords } from "./records.js"

const summarize = (generations: Parameters<typeof toRecords>[0]) => {
  const records = toRecords(generations)
  const rows = Filter.select(records, Filter.none)
  return { records, rows, usd: (units: bigint) => Decimal.usd(units, records.scale) }
}

describe("summary", () => {
  it("adds up exactly, and counts unknown costs", () => {
    const { records, rows, usd } = summarize([
      { id: "gen-1", total_cost: 0.1, is_byok: true, upstream_inference_cost: 0.2 },
      { id: "gen-2", total_cost: 1e-8 },
      { id: "gen-3" },
      { id: "gen-4", total_cost: -0.11 },
      // A part is known: it is in the total, and the cost counts as unknown.
      { id: "gen-5", total_cost: 0.5, is_byok: true }
    ])
    const { cost, count, unknown } = Summary.getCost(records, rows)
    assert.strictEqual(usd(cost), "$0.69000001")
    assert.deepStrictEqual([count, unknown], [5, 2])
    assert.strictEqual(usd(Summary.amount(records.byok, rows) ?? 0n), "$0.20")
  })

  it("adds up by name, the highest first, and calls no name unknown", () => {
    const { records, rows, usd } = summarize([
      { id: "gen-1", model: "a", total_cost: 1 },
      { id: "gen-2", total_cost: 3 },
      { id: "gen-3", model: "b", total_cost: 2 },
      { id: "gen-4", model: "a", total_cost: 0.5 }
    ])
    assert.deepStrictEqual(
      Summary.costByName(records, rows, records.model).map(({ cost, count, name }) => [name, usd(cost), count]),
      [["unknown", "$3.00", 1], ["b", "$2.00", 1], ["a", "$1.50", 2]]
    )
  })

  it.prop(
    "has quantiles by nearest rank",
    [FastCheck.array(FastCheck.integer({ min: 0, max: 1e6 }), { minLength: 1 })],
    ([values]) => {
      const { records, rows } = summarize(values.map((latency, index) => ({ id: `gen-${index}`, latency })))
      const ascending = values.toSorted((one, other) => one - other)
      assert.deepStrictEqual(Summary.quantiles(records.timeToFirstToken, rows), {
        p50: ascending[Math.ceil(0.5 * values.length) - 1],
        p95: ascending[Math.ceil(0.95 * values.length) - 1]
      })
    }
  )

  it("returns no quantile and no sum without values", () => {
    const { records, rows } = summarize([{ id: "gen-1" }])
    assert.isNull(Summary.quantiles(records.timeToFirstToken, rows))
    assert.isNull(Summary.sum(records.tokensIn, rows))
    assert.isNull(Summary.range(records, rows))
  })
})
