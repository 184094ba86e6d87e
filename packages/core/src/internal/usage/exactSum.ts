/**
 * Exact sums of decimal numbers.
 */
import * as BigDecimal from "effect/BigDecimal"

// Nearly all costs are a whole number of units of 10^-12 USD. Units are added as numbers, exact up to 2^53 and many times
// faster than decimals. A double that is a number of units of at most 15 digits is the double of no other such decimal:
// so that one is the decimal that JSON had.
const scale = 12
const unitsInOne = 1e12
const maxUnits = 1e15
const maxSum = 8e15

/** A sum under way. */
export interface ExactSum {
  /** Adds a finite number, taken for the shortest decimal that names it: the one that JSON had. */
  readonly add: (value: number) => void
  /** The sum so far. */
  readonly total: () => BigDecimal.BigDecimal
}

/** A sum of nothing: 0. */
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
