import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { histogram } from "../../page/histogram.js"

describe("histogram", () => {
  const values = FastCheck.array(FastCheck.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 })

  it.prop("counts every value, in at most 24 bins of equal width", [values], ([values]) => {
    const found = histogram(Float64Array.from(values))
    assert(found !== null)
    const { above, bins } = found
    assert.isAtMost(bins.length, 24)
    assert.strictEqual(bins.reduce((sum, { count }) => sum + count, above), values.length)
    assert.strictEqual(new Set(bins.map(({ from, to }) => to - from)).size, 1)
    for (const { count, from, to } of bins) {
      assert.strictEqual(count, values.filter((value) => value >= from && value < to).length)
    }
    assert.isAtMost(above, 0.01 * values.length)
  })

  it("is not pressed into one bin by one extreme value", () => {
    const found = histogram(Float64Array.from([...Array.from({ length: 200 }, (_, index) => index), 1e9]))
    assert.strictEqual(found?.bins.length, 20)
    assert.strictEqual(found?.highest, 1e9)
  })

  it("is empty without values", () => assert.isNull(histogram(new Float64Array())))
})
