import { AccountActivity, Generation, Usage } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Schema } from "effect"
import { check, compareActivity } from "../../../src/internal/reconcile/compare.js"
import { toleranceOption } from "../../../src/internal/reconcile/tolerance.js"

const noted = (day: string, records: ReadonlyArray<typeof Generation.Encoded>) => {
  const totals = Effect.runSync(Usage.summarizer("model"))
  for (const record of records) totals.add(Schema.decodeSync(Generation)(record))
  return { day, totals: totals.result() }
}

const activity = (fields: Parameters<typeof AccountActivity.make>[0]) =>
  AccountActivity.make({ requests: 1, usage: 0, byokUsageInference: 0, ...fields })

const allowed = (text: string) => Either.getOrThrow(toleranceOption.parse(text))

describe("compareActivity", () => {
  it("adds up the endpoints of a model, and finds it under the slug that was requested", () => {
    const [row, ...others] = compareActivity(
      [noted("2026-11-03", [{ id: "gen-1", model: "a/one", total_cost: 0.3 }])],
      [
        activity({ date: "2026-11-03", model: "a/one", modelPermaslug: "a/one-20261101", usage: 0.1, endpointId: "x" }),
        activity({ date: "2026-11-03", model: "a/one", modelPermaslug: "a/one-20261101", usage: 0.2, endpointId: "y" }),
        activity({ date: "2026-11-04", model: "a/one", modelPermaslug: "a/one-20261101", usage: 7 })
      ]
    )
    assert.lengthOf(others, 0)
    assert(row !== undefined)
    assert.strictEqual(row.model, "a/one-20261101")
    assert.strictEqual(Usage.formatUsd(row.off), "0")
  })

  it("has a row for a model that only one side has", () => {
    const rows = compareActivity([noted("2026-11-03", [{ id: "gen-1", model: "a/one", total_cost: 1 }])], [
      activity({ date: "2026-11-03", modelPermaslug: "b/two", usage: 2 })
    ])
    assert.deepStrictEqual(rows.map(({ difference, model }) => [model, Usage.formatUsd(difference)]), [
      ["a/one", "1"],
      ["b/two", "-2"]
    ])
    const [result] = check(rows, ["activity"], allowed("150%"))
    assert.deepInclude(result, { agrees: true })
    assert.deepInclude(check(rows, ["activity"], allowed("149%"))[0], { agrees: false })
  })

  it("never takes an amount that OpenRouter did not send for 0", () => {
    const [row] = compareActivity([noted("2026-11-03", [{ id: "gen-1", model: "a/one", total_cost: 1 }])], [
      activity({ date: "2026-11-03", modelPermaslug: "a/one", usage: null })
    ])
    assert.deepInclude(row?.explanations[0], { kind: "costUnknown" })
  })
})
