import { assert, describe, it } from "@effect/vitest"
import * as Filter from "../../page/filter.js"
import { sorter } from "../../page/sorting.js"
import { ids, toRecords } from "./records.js"

const records = toRecords([
  { id: "gen-b", model: "m-10", total_cost: 0.17 },
  { id: "gen-a", model: "m-9", total_cost: 0.199 },
  { id: "gen-c", total_cost: null },
  { id: "gen-d", model: "m-9", total_cost: 0.01 }
])
const sort = sorter(records)
const all = Filter.select(records, Filter.none)
const sorted = (...[column, descending, rows = all]: [Parameters<typeof sort>[1]["column"], boolean, Uint32Array?]) =>
  ids(records, sort(rows, { column, descending })).join(" ")

describe("sorting", () => {
  it("sorts all rows, with unknown values last in both directions", () => {
    assert.strictEqual(sorted("cost", false), "gen-d gen-b gen-a gen-c")
    assert.strictEqual(sorted("cost", true), "gen-a gen-b gen-d gen-c")
  })

  it("sorts texts, with numbers in them by value", () => {
    assert.strictEqual(sorted("id", false), "gen-a gen-b gen-c gen-d")
    assert.strictEqual(sorted("model", false), "gen-a gen-d gen-b gen-c")
  })

  it("sorts only the rows that are shown", () => {
    assert.strictEqual(sorted("cost", true, Uint32Array.of(0, 3)), "gen-b gen-d")
  })
})
