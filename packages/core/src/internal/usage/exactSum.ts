/**
 * Exact sums of decimal numbers.
 */
import * as BigDecimal from "effect/BigDecimal"

// Nearly all costs are a whole number of units of 10^-12 USD. Units are added as numbers, which is exact up to 2^53 and many
// times faster than decimals. Two decimals of at most 15 digits never share a double, so the units are the JSON's decimal.
const scale = 12
const unitsInOne = 1e12
const maxUnits = 1e15
const maxSum = 8e15

/** A running sum. */
export interface ExactSum {
  /** Adds a finite number as the shortest decimal that names it, which is the one that the JSON had. */
  readonly add: (value: number) => void
  /** Returns the sum so far. */
  readonly total: () => BigDecimal.BigDecimal
}

/** Returns a sum of no numbers: 0. */
export const make = (): ExactSum => {
  let units = 0
  let rest = BigDecimal.fromBigInt(0n)
  const total = () => BigDecimal.sum(rest, BigDecimal.make(BigInt(units), scale))
  return {
    add: (value) => {
      const whole = Math.round(value * unitsInOne)
      if (Math.abs(whole) < maxUnits && whole / unitsInOne === value) {
        units += whole
        if (Math.abs(units) < maxSum) return
        rest = total()
        units = 0
      } else {
        rest = BigDecimal.sum(rest, BigDecimal.unsafeFromNumber(value))
      }
    },
    total: () => BigDecimal.normalize(total())
  }
}
