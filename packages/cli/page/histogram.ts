/**
 * Counts of values in bins of equal width.
 */
import { quantile } from "./summary.js"

interface Bin {
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface Histogram {
  readonly bins: ReadonlyArray<Bin>
  /** The number of values above the last bin. */
  readonly above: number
  /** The highest value. */
  readonly highest: number
}

/** The highest number of bins. */
const most = 24

/**
 * Counts values, which it reorders, in at most 24 bins of equal width. The bins reach to the 99th percentile, so
 * that one extreme value does not push all others into the first bin; what is above is only counted. `null` without
 * values.
 */
export const histogram = (values: Float64Array): Histogram | null => {
  const top = quantile(values, 0.99)
  if (top === null) return null
  const lowest = values.reduce((lowest, value) => Math.min(lowest, value))
  const highest = values.reduce((highest, value) => Math.max(highest, value))
  const width = binWidth(lowest, top)
  const first = Math.floor(lowest / width)
  const counts = Array.from({ length: Math.floor(top / width) - first + 1 }, () => 0)
  let above = 0
  for (const value of values) {
    const bin = Math.floor(value / width) - first
    if (bin < counts.length) counts[bin] = (counts[bin] ?? 0) + 1
    else above++
  }
  return {
    bins: counts.map((count, bin) => ({ from: (first + bin) * width, to: (first + bin + 1) * width, count })),
    above,
    highest
  }
}

/** Returns the smallest of 1, 2, 5, 10, 20, … with which few enough bins reach from the lowest to the top. */
const binWidth = (lowest: number, top: number): number => {
  for (let width = 1;; width *= 10) {
    for (const step of [width, 2 * width, 5 * width]) {
      if (Math.floor(top / step) - Math.floor(lowest / step) < most) return step
    }
  }
}
