/**
 * Quantiles of many values in bounded memory.
 */
// Not the root of the package: that loads a WebAssembly build and a deflate library, of no use here.
import { constructorFromBucketSize } from "hdr-histogram-js/dist/JsHistogramFactory.js"

const Histogram = constructorFromBucketSize("packed")

// The histogram counts whole numbers: thousandths of up to 10^9, to two significant digits.
const scale = 1000
const highest = 1e9
const significantDigits = 2

/** Quantiles of values that are not negative: the same in whatever order they came, in the same memory however many. */
export interface QuantileSketch {
  /** Counts a value; one above 10^9 as 10^9. What is unknown or negative is no measurement, and is left out. */
  readonly add: (value: number | null) => void
  /** The value at a percentile (0 to 100) by nearest rank, within 1 % or 0.001, whichever is more; `null` without values. */
  readonly at: (percentile: number) => number | null
}

/** A sketch without values; it takes memory when the first one comes. */
export const make = (): QuantileSketch => {
  let histogram: InstanceType<typeof Histogram> | null = null
  return {
    add: (value) => {
      if (value === null || value < 0) return
      histogram ??= autoResizing()
      histogram.recordValue(Math.round(Math.min(value, highest) * scale))
    },
    at: (percentile) =>
      histogram === null
        ? null
        : histogram.medianEquivalentValue(histogram.getValueAtPercentile(percentile)) / scale
  }
}

const autoResizing = () => {
  const histogram = new Histogram(1, 2, significantDigits)
  histogram.autoResize = true
  return histogram
}
