import { assert, describe, it } from "@effect/vitest"
import { BigDecimal } from "effect"
import { count, millis, plural, speed, usd } from "../../../src/internal/output/format.js"

describe("format", () => {
  it("shows money exactly, and at least cents", () => {
    const amounts: ReadonlyArray<readonly [number, string]> = [
      [0, "$0.00"],
      [12, "$12.00"],
      [0.5, "$0.50"],
      [0.0008942, "$0.0008942"],
      [1e-8, "$0.00000001"],
      [1234.5, "$1,234.50"],
      [-0.11, "-$0.11"],
      [2.77e-17, "$0.0000000000000000277"],
      [1e21, "$1,000,000,000,000,000,000,000.00"]
    ]
    for (const [amount, text] of amounts) assert.strictEqual(usd(BigDecimal.unsafeFromNumber(amount)), text)
    assert.strictEqual(
      usd(BigDecimal.unsafeFromString("0.100000000000000000000000001")),
      "$0.100000000000000000000000001"
    )
    assert.strictEqual(usd(BigDecimal.unsafeFromString("1e3")), "$1,000.00")
  })

  it("shows what is not known as unknown, and never as 0", () => {
    for (const show of [usd, count, millis, speed]) assert.strictEqual(show(null), "unknown")
  })

  it("shows numbers as people read them", () => {
    assert.strictEqual(count(1234567), "1,234,567")
    assert.strictEqual(millis(1629.6), "1,630 ms")
    assert.strictEqual(plural(1, "record"), "1 record")
    assert.strictEqual(plural(2, "record"), "2 records")
  })
})
