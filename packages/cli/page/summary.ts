/**
 * Totals of the records that are shown. Sums of money are exact: integers of 10^-scale USD.
 */
import { type Period, periodIndex } from "./days.js"
import type { Names, Records } from "./records.js"

/** Indices of records. */
export type Rows = Uint32Array

/** The number of records and their cost. */
export interface Cost {
  readonly count: number
  /** Every part of the costs that is known. */
  readonly cost: bigint
  /** The number of records with a cost of which a part is unknown. */
  readonly unknown: number
}

/** The cost of the records with one name. */
export interface NamedCost extends Cost {
  readonly name: string
}

/** Adds up records by a key, an index below `size`. */
const costByKey = (
  records: Records,
  rows: Rows,
  size: number,
  keyOf: (record: number) => number
): ReadonlyArray<Cost> => {
  const counts = new Uint32Array(size)
  const unknowns = new Uint32Array(size)
  const costs = Array.from({ length: size }, () => 0n)
  for (const record of rows) {
    const key = keyOf(record)
    counts[key] = (counts[key] ?? 0) + 1
    if (Number.isNaN(records.cost[record])) unknowns[key] = (unknowns[key] ?? 0) + 1
    costs[key] = (costs[key] ?? 0n) + (records.knownCost[record] ?? 0n)
  }
  return costs.map((cost, key) => ({ count: counts[key] ?? 0, cost, unknown: unknowns[key] ?? 0 }))
}

/** Returns the cost of records together. */
export const costOf = (records: Records, rows: Rows): Cost =>
  costByKey(records, rows, 1, () => 0)[0] ?? { count: 0, cost: 0n, unknown: 0 }

/** Returns the cost of each name that occurs, the highest first. */
export const costByName = (records: Records, rows: Rows, { names, of }: Names): ReadonlyArray<NamedCost> =>
  costByKey(records, rows, names.length, (record) => of[record] ?? 0)
    .map(({ cost, count, unknown }, index) => ({ name: names[index] ?? "", count, cost, unknown }))
    .filter(({ count }) => count > 0)
    .toSorted(byCost)

/** The order of what costs more first. */
export const byCost = (one: { readonly cost: bigint }, other: { readonly cost: bigint }): number =>
  one.cost === other.cost ? 0 : one.cost < other.cost ? 1 : -1

/** Returns the cost of each period; records without a day must not be among the rows. */
export const costByPeriod = (records: Records, rows: Rows, periods: ReadonlyArray<Period>): ReadonlyArray<Cost> =>
  costByKey(records, rows, periods.length, (record) => periodIndex(periods, records.day[record] ?? NaN))

/** Values by nearest rank. */
export interface Quantiles {
  readonly p50: number
  readonly p95: number
}

/** Returns the values of a column that are known, in ascending order. Several parts of the page need the same ones. */
export const sorted = (column: Float64Array, rows: Rows): Float64Array => {
  const known = sortedColumns.get(rows) ?? new Map<Float64Array, Float64Array>()
  sortedColumns.set(rows, known)
  const values = known.get(column) ?? sortColumn(column, rows)
  known.set(column, values)
  return values
}

const sortedColumns = new WeakMap<Rows, Map<Float64Array, Float64Array>>()

const sortColumn = (column: Float64Array, rows: Rows): Float64Array => {
  const values = new Float64Array(rows.length)
  let count = 0
  for (const record of rows) {
    const value = column[record] ?? NaN
    if (!Number.isNaN(value)) values[count++] = value
  }
  return values.subarray(0, count).toSorted()
}

/** Returns the quantiles of a column, or `null` if no value is known. */
export const quantiles = (column: Float64Array, rows: Rows): Quantiles | null => {
  const values = sorted(column, rows)
  const [p50, p95] = [0.5, 0.95].map((share) => values[Math.ceil(share * values.length) - 1])
  return p50 === undefined || p95 === undefined ? null : { p50, p95 }
}

/** Returns the sum of the values that are known, or `null` if none is. */
export const sum = (column: Float64Array, rows: Rows): number | null => {
  let total: number | null = null
  for (const record of rows) {
    const value = column[record] ?? NaN
    if (!Number.isNaN(value)) total = (total ?? 0) + value
  }
  return total
}

/** Returns the exact sum of the amounts that are known, or `null` if none is. */
export const amount = (column: ReadonlyArray<bigint | null>, rows: Rows): bigint | null => {
  let total: bigint | null = null
  for (const record of rows) {
    const value = column[record] ?? null
    if (value !== null) total = (total ?? 0n) + value
  }
  return total
}

/** Returns the first and the last day, or `null` if no record has one. */
export const range = ({ day }: Records, rows: Rows): readonly [number, number] | null => {
  let first = Infinity
  let last = -Infinity
  for (const record of rows) {
    const value = day[record] ?? NaN
    if (value < first) first = value
    if (value > last) last = value
  }
  return first <= last ? [first, last] : null
}
