/** Counts of values between edges; the last bin has no upper edge. */
export interface Histogram {
  readonly edges: ReadonlyArray<number>
  /** One more than there are edges: below the first, between each two, from the last on. */
  readonly counts: Array<number>
}

export const make = (edges: ReadonlyArray<number>): Histogram => ({
  edges,
  counts: Array.from({ length: edges.length + 1 }, () => 0)
})

/** Adds a value; one that is not known is in no bin. */
export const add = ({ counts, edges }: Histogram, value: number | null): void => {
  if (value === null) return
  const above = edges.findIndex((edge) => value < edge)
  const bin = above === -1 ? edges.length : above
  counts[bin] = (counts[bin] ?? 0) + 1
}

/** Billed completion tokens per second. */
export const tokensPerSecondEdges = [5, 10, 20, 30, 40, 50, 60, 80, 100, 125, 150, 200, 300, 500]

/** Milliseconds to the first token. */
export const timeToFirstTokenEdges = [
  100,
  200,
  300,
  400,
  500,
  750,
  1000,
  1500,
  2000,
  3000,
  5000,
  10_000,
  20_000,
  60_000
]
