import { Generation } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { collector, maxRows } from "../../../src/internal/report/pageData.js"

const decode = Schema.decode(Generation)

describe("pageData", () => {
  it.effect("counts every record in its totals, and keeps the newest in its table", () =>
    Effect.gen(function*() {
      const data = collector()
      const more = 700
      for (let index = 0; index < maxRows + more; index++) {
        data.add(
          yield* decode({
            id: `gen-${index}`,
            model: "a/one",
            created_at: new Date(Date.UTC(2026, 10, 1) + index * 1000).toISOString(),
            total_cost: 0.1
          })
        )
      }
      const { cells, rows, rowsOf } = data.result("now", 0, 0)
      assert.lengthOf(cells, 1)
      // Exact, which a sum of floating-point numbers would not be.
      assert.include(cells[0], { count: maxRows + more, cost: 570, unknown: 0 })
      assert.lengthOf(rows, maxRows)
      assert.strictEqual(rowsOf, maxRows + more)
      assert.strictEqual(rows[0]?.id, `gen-${maxRows + more - 1}`)
      assert.strictEqual(rows.at(-1)?.id, `gen-${more}`)
    }))

  it.effect("counts an unknown cost as unknown", () =>
    Effect.gen(function*() {
      const data = collector()
      data.add(yield* decode({ id: "gen-1" }))
      data.add(yield* decode({ id: "gen-2", total_cost: 0 }))
      assert.include(data.result("now", 0, 0).cells[0], { day: null, model: null, count: 2, cost: 0, unknown: 1 })
    }))

  it.effect("holds nothing that is private in a record", () =>
    Effect.gen(function*() {
      const data = collector()
      data.add(
        yield* decode({
          id: "gen-1",
          origin: "secret",
          http_referer: "secret",
          user_agent: "secret",
          external_user: "secret",
          session_id: "secret"
        })
      )
      assert.notInclude(JSON.stringify(data.result("now", 0, 0)), "secret")
    }))

  it.effect("puts each value into its bin", () =>
    Effect.gen(function*() {
      const data = collector()
      for (const latency of [0, 99, 100, 60_000, 1e9, null]) data.add(yield* decode({ id: "gen-1", latency }))
      const { cells: [cell], timeToFirstTokenEdges } = data.result("now", 0, 0)
      assert.lengthOf(cell?.timeToFirstToken ?? [], timeToFirstTokenEdges.length + 1)
      assert.strictEqual(cell?.timeToFirstToken[0], 2)
      assert.strictEqual(cell?.timeToFirstToken[1], 1)
      assert.strictEqual(cell?.timeToFirstToken.at(-1), 2)
    }))
})
