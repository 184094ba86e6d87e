/**
 * Quantiles of many values in bounded memory: exact for few values, a DDSketch for more.
 *
 * @see https://www.vldb.org/pvldb/vol12/p2195-masson.pdf
 */

/** The number of values up to which quantiles are exact. */
export const exactUpTo = 1000

// Bucket i holds the values in (gamma^(i-1), gamma^i]. Its middle is within 1 % of each of them.
const gamma = 1.01 / 0.99
const logGamma = Math.log(gamma)
const lowest = 0.001
const highest = 1e9

/** Quantiles of values that are not negative. The order in which the values come makes no difference. */
export interface QuantileSketch {
  /** Adds a value; a value above 10^9 counts as 10^9. `null` and negative values are not measurements and are left out. */
  readonly add: (value: number | null) => void
  /**
   * Returns the value at a percentile (0 to 100) by nearest rank, or `null` without values. It is exact for up to 1,000
   * values, else within 1 % or 0.001, whichever is more.
   */
  readonly at: (percentile: number) => number | null
  /** Returns `true` while quantiles are exact. */
  readonly isExact: () => boolean
}

/** Returns a sketch without values. It holds at most 1,400 buckets. */
export const make = (): QuantileSketch => {
  let values: Array<number> | null = []
  let count = 0
  const buckets = new Map<number, number>()

  const addToBucket = (value: number) => {
    const bucket = value <= lowest ? -Infinity : Math.ceil(Math.log(value) / logGamma)
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
  }

  const fromBuckets = (rank: number): number | null => {
    let seen = 0
    for (const [bucket, size] of [...buckets].toSorted(([a], [b]) => a - b)) {
      seen += size
      if (seen >= rank) return bucket === -Infinity ? 0 : 2 * gamma ** bucket / (gamma + 1)
    }
    return null
  }

  return {
    add: (value) => {
      if (value === null || value < 0) return
      const bounded = Math.min(value, highest)
      count++
      if (values === null) return addToBucket(bounded)
      values.push(bounded)
      if (values.length <= exactUpTo) return
      values.forEach(addToBucket)
      values = null
    },
    at: (percentile) => {
      const rank = Math.max(Math.ceil(count * percentile / 100), 1)
      return values === null ? fromBuckets(rank) : values.toSorted((a, b) => a - b)[rank - 1] ?? null
    },
    isExact: () => values !== null
  }
}
