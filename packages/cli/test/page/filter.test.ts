import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as Filter from "../../page/filter.js"
import { ids, toRecords } from "./records.js"

const records = toRecords([
  { id: "gen-1", model: "a/one", provider_name: "One", created_at: "2026-11-01T23:59:59Z", total_cost: 1 },
  { id: "gen-2", model: "b/two", provider_name: "One", created_at: "2026-11-02T00:00:00Z", cancelled: true },
  {
    id: "gen-3",
    model: "b/two",
    provider_name: "Two",
    created_at: "2026-11-03T12:00:00Z",
    total_cost: 1,
    is_byok: true
  },
  { id: "gen-4", session_id: "s", app_id: 7, native_tokens_cached: 5, total_cost: 1 },
  {
    id: "gen-5",
    model: "c/three",
    created_at: "2026-11-03T12:00:00Z",
    total_cost: 1,
    provider_responses: [{ status: 503 }, { status: 200 }]
  }
])

const shown = (filter: Filter.Change) => ids(records, Filter.select(records, { ...Filter.none, ...filter }))

describe("filter", () => {
  it("shows everything without a restriction", () => assert.lengthOf(shown({}), 5))

  it("shows records of any of several names", () => {
    assert.deepStrictEqual(shown({ model: ["a/one"] }), ["gen-1"])
    assert.deepStrictEqual(shown({ model: ["a/one", "c/three"] }), ["gen-1", "gen-5"])
    assert.deepStrictEqual(shown({ model: ["unknown"] }), ["gen-4"])
    assert.deepStrictEqual(shown({ model: ["nobody"] }), [])
    assert.deepStrictEqual(shown({ app: ["7"], session: ["s"] }), ["gen-4"])
  })

  it("includes both days, and no record without one", () => {
    assert.deepStrictEqual(shown({ from: "2026-11-02" }), ["gen-2", "gen-3", "gen-5"])
    assert.deepStrictEqual(shown({ to: "2026-11-02" }), ["gen-1", "gen-2"])
    assert.deepStrictEqual(shown({ from: "2026-11-03", to: "2026-11-02" }), [])
  })

  it("shows records of a kind", () => {
    assert.deepStrictEqual(shown({ only: "cancelled" }), ["gen-2"])
    assert.deepStrictEqual(shown({ only: "byok" }), ["gen-3"])
    assert.deepStrictEqual(shown({ only: "unknown" }), ["gen-2", "gen-3"])
    assert.deepStrictEqual(shown({ only: "cached" }), ["gen-4"])
    assert.deepStrictEqual(shown({ only: "undated" }), ["gen-4"])
    assert.deepStrictEqual(shown({ only: "fallback" }), ["gen-5"])
    assert.deepStrictEqual(shown({ id: "-5" }), ["gen-5"])
  })

  const text = FastCheck.string({ minLength: 1, unit: "grapheme" })
  const names = FastCheck.array(text, { maxLength: 3 })
  const filters: FastCheck.Arbitrary<Filter.Filter> = FastCheck.record({
    model: names,
    provider: names,
    session: names,
    app: names,
    from: FastCheck.constantFrom("", "2026-11-03"),
    to: FastCheck.constantFrom("", "2026-11-30"),
    only: FastCheck.constantFrom("" as const, "byok" as const, "undated" as const),
    id: FastCheck.oneof(FastCheck.constant(""), text)
  })

  it.prop("is the same after a round trip through the address", [filters], ([filter]) => {
    const { hash } = new URL(`file:///page.html#${Filter.format(filter)}`)
    assert.deepStrictEqual(Filter.parse(hash), filter)
  })

  it("ignores invalid values in an address", () => {
    assert.deepStrictEqual(Filter.parse("#from=yesterday&to=2026-02-31&only=everything&color=red"), Filter.none)
  })
})
