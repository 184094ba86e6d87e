import { type GenerationResponseData, InvalidRequestError, OpenRouter, Usage } from "@effect-openrouter/promise"
import { assert, describe, it, vi } from "@effect/vitest"
import { withServer } from "./server.js"

const record = (fields: object) => ({ body: { data: { id: "gen-1", ...fields } } })

/** The records that the package returns for these fields. */
const records = (fields: ReadonlyArray<object>): Promise<ReadonlyArray<GenerationResponseData>> =>
  withServer(fields.map(record), async (serverURL) => {
    const { generations } = new OpenRouter({ apiKey: "sk-or-v1-0123456789", serverURL })
    return fields.reduce<Promise<ReadonlyArray<GenerationResponseData>>>(
      async (before) => (await before).concat((await generations.getGeneration({ id: "gen-1" })).data),
      Promise.resolve([])
    )
  })

describe("Usage", () => {
  it("adds up the records of this package, by keys, days and functions", async () => {
    const received = await records([
      { model: "a", total_cost: 0.1, created_at: "2026-07-21T23:30:00Z", is_byok: false },
      { model: "a", total_cost: 0.2, created_at: "2026-07-22T00:30:00Z", is_byok: false },
      { model: "b", created_at: "2026-07-22T00:30:00Z" }
    ])
    const byModel = Usage.summarize(received, "model")
    assert.deepStrictEqual(
      byModel.map(({ cost, count, key }) => [key, count, Usage.formatUsd(cost.effective), cost.unknown]),
      [["a", 2, "0.3", 0], ["b", 1, "0", 1]]
    )
    const keys = (by: Usage.By) => Usage.summarize(received, by).map(({ key }) => key)
    assert.deepStrictEqual(keys("day"), ["2026-07-21", "2026-07-22"])
    assert.deepStrictEqual(keys(Usage.day("Europe/Berlin")), ["2026-07-22"])
    assert.deepStrictEqual(keys(({ createdAt }) => createdAt?.slice(0, 7)), ["2026-07"])
    assert.deepStrictEqual(
      keys(["model", ({ isByok }) => isByok]).map((key) => Array.isArray(key) && key.join()),
      ["a,false", "b,"]
    )
  })

  it("adds a record once that several ids have", () =>
    withServer([record({ total_cost: 0.1 })], async (serverURL) => {
      const warn = vi.spyOn(console, "warn").mockReturnValue()
      const { generations } = new OpenRouter({ apiKey: "sk-or-v1-0123456789", serverURL })
      const responses = await Promise.all(["gen-1", "gen-2", "gen-3"].map((id) => generations.getGeneration({ id })))
      const [only] = Usage.summarize(responses.map(({ data }) => data), "model")
      assert.strictEqual(only && Usage.formatUsd(only.cost.effective), "0.1")
      assert.strictEqual(warn.mock.calls.length, 2)
    }))

  it("adds records one after the other", async () => {
    const totals = Usage.summarizer("model")
    for (const one of await records([{ model: "a" }, { model: "a" }])) totals.add(one)
    const [summary] = totals.result()
    assert.deepInclude(summary, { key: "a", count: 2 })
  })

  it("rejects a time zone that does not exist", () => {
    assert.throws(() => Usage.day("Mars/Olympus"), InvalidRequestError)
  })
})
