import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import * as QuantileSketch from "../../../src/internal/usage/quantileSketch.js"

const sketch = (values: ReadonlyArray<number | null>) => {
  const sketch = QuantileSketch.make()
  for (const value of values) sketch.add(value)
  return sketch
}

const nearestRank = (values: ReadonlyArray<number>, percentile: number) =>
  values.toSorted((a, b) => a - b)[Math.max(Math.ceil(values.length * percentile / 100), 1) - 1] ?? null

describe("quantileSketch", () => {
  it("has no quantile without values", () => {
    assert.isNull(sketch([]).at(50))
    assert.isNull(sketch([null, -1]).at(50))
  })

  it.prop("is exact for up to 1,000 values", [
    FastCheck.array(FastCheck.double({ min: 0, max: 1e9, noNaN: true }), { maxLength: 1000 }),
    FastCheck.double({ min: 0, max: 100, noNaN: true })
  ], ([values, percentile]) => {
    assert.strictEqual(sketch(values).at(percentile), nearestRank(values, percentile))
  })

  it.prop("is within 1 % or 0.001 for more values, in any order", [
    FastCheck.array(FastCheck.double({ min: 0, max: 2e9, noNaN: true }), { minLength: 1, maxLength: 30 }),
    FastCheck.double({ min: 0, max: 100, noNaN: true })
  ], ([few, percentile]) => {
    const values = Array.from({ length: 1001 }, (_, index) => few[index % few.length] ?? 0)
    const expected = nearestRank(values.map((value) => Math.min(value, 1e9)), percentile) ?? 0
    for (const order of [values, values.toReversed()]) {
      const approximate = sketch(order)
      assert.isFalse(approximate.isExact())
      const actual = approximate.at(percentile) ?? NaN
      assert.isAtMost(Math.abs(actual - expected), Math.max(expected * 0.01, 0.001) * (1 + 1e-9))
    }
  })
})
