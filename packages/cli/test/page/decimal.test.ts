import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, FastCheck } from "effect"
import * as Decimal from "../../page/decimal.js"

const amounts = FastCheck.array(FastCheck.double({ noNaN: true, noDefaultInfinity: true, min: -1e21, max: 1e21 }))

describe("decimal", () => {
  it.prop("adds up exactly, as BigDecimal does", [amounts], ([values]) => {
    const scale = Math.max(0, ...values.map(Decimal.getScale))
    const sum = values.reduce((sum, value) => sum + Decimal.toUnits(value, scale), 0n)
    const expected = values.reduce(
      (sum, value) => BigDecimal.sum(sum, BigDecimal.unsafeFromNumber(value)),
      BigDecimal.fromBigInt(0n)
    )
    assert.isTrue(BigDecimal.equals(BigDecimal.make(sum, scale), expected))
    assert.isTrue(BigDecimal.equals(BigDecimal.unsafeFromString(Decimal.plain(sum, scale)), expected))
  })

  it("prints plain digits with at least cents", () => {
    assert.strictEqual(Decimal.usd(123_456_789_000n, 8), "$1,234.56789")
    assert.strictEqual(Decimal.usd(-11n, 2), "-$0.11")
    assert.strictEqual(Decimal.usd(0n, 12), "$0.00")
    assert.strictEqual(Decimal.usd(1_000_000n, 0), "$1,000,000.00")
    assert.strictEqual(Decimal.usd(Decimal.toUnits(2.77e-17, 19), 19), "$0.0000000000000000277")
    assert.strictEqual(Decimal.usd(Decimal.toUnits(1e21, 0), 0), "$1,000,000,000,000,000,000,000.00")
  })

  it("never rounds a part to nothing or to all", () => {
    assert.strictEqual(Decimal.percent(78n, 100n), "78")
    assert.strictEqual(Decimal.percent(785n, 1000n), "79")
    assert.strictEqual(Decimal.percent(0n, 100n), "0")
    assert.strictEqual(Decimal.percent(100n, 100n), "100")
    assert.strictEqual(Decimal.percent(999n, 1000n), "99.9")
    assert.strictEqual(Decimal.percent(99_999n, 100_000n), "99.9")
    assert.strictEqual(Decimal.percent(4n, 1000n), "0.4")
    assert.strictEqual(Decimal.percent(1n, 100_000n), "< 0.1")
  })

  it("has no share of a total of 0, nor of a refund", () => {
    assert.isNull(Decimal.percent(0n, 0n))
    assert.isNull(Decimal.percent(-1n, 100n))
    assert.isNull(Decimal.percent(101n, 100n))
  })
})
