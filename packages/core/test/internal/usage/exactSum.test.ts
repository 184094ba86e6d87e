import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, FastCheck } from "effect"
import * as ExactSum from "../../../src/internal/usage/exactSum.js"

const addUp = (values: ReadonlyArray<number>) => {
  const sum = ExactSum.make()
  for (const value of values) sum.add(value)
  return BigDecimal.format(sum.total())
}

describe("exactSum", () => {
  it.each([
    [[], "0"],
    [[-0, 0], "0"],
    [[0.1, 0.2], "0.3"],
    [[1e-8, -1e-8], "0"],
    [[1e-12, 1e-13, 1e-20], "1.10000001e-12"],
    [[999.999999999999, 0.000000000001], "1000"],
    [[4503.000000000001, 1e21], "1000000000000000004503.000000000001"]
  ])("of %o is %s", (values, expected) => assert.strictEqual(addUp(values), expected))

  it("is exact beyond what a double holds", () =>
    assert.strictEqual(addUp(Array.from({ length: 100_000 }, () => 999.999999999999)), "99999999.9999999"))

  const value = FastCheck.oneof(
    FastCheck.integer({ min: -1e9, max: 1e9 }).map((units) => units / 1e8),
    ...[1e-9, 1, 1e3, 1e4, 1e5, 1e300].map((max) => FastCheck.double({ noNaN: true, min: -max, max }))
  )

  it.prop("is that of the decimals in JSON", [FastCheck.array(value)], ([values]) => {
    const decimals = values.map((value) => BigDecimal.unsafeFromString(JSON.stringify(value)))
    assert.strictEqual(addUp(values), BigDecimal.format(BigDecimal.sumAll(decimals)))
  }, { fastCheck: { numRuns: 500 } })
})
