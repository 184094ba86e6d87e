import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, FastCheck } from "effect"
import { exactAdd } from "../../../src/internal/usage/exactAdd.js"

const finite = FastCheck.double({ noNaN: true, noDefaultInfinity: true })

describe("exactAdd", () => {
  it.each([
    [0.1, 0.2, 0.3],
    [1e-8, 0.7, 0.70000001],
    [-0.11, 0.11, 0],
    [1e308, 5e-324, 1e308],
    [Number.MAX_VALUE, Number.MAX_VALUE, Infinity],
    [0, -0, 0]
  ])("adds %d and %d to %d", (left, right, sum) => assert.strictEqual(exactAdd(left, right), sum))

  it.prop("agrees with BigDecimal", [finite, finite], ([left, right]) => {
    const sum = BigDecimal.sum(BigDecimal.unsafeFromNumber(left), BigDecimal.unsafeFromNumber(right))
    assert.strictEqual(exactAdd(left, right), Number(BigDecimal.format(sum)))
  })
})
