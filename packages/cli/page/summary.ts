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
  toKey: (record: number) => number
): ReadonlyArray<Cost> => {
  const counts = new Uint32Array(size)
  const unknowns = new Uint32Array(size)
  const costs = Array.from({ length: size }, () => 0n)
  for (const record of rows) {
    const key = toKey(record)
    counts[key] = (counts[key] ?? 0) + 1
    if (Number.isNaN(records.cost[record])) unknowns[key] = (unknowns[key] ?? 0) + 1
    costs[key] = (costs[key] ?? 0n) + (records.knownCost[record] ?? 0n)
  }
  return costs.map((cost, key) => ({ count: counts[key] ?? 0, cost, unknown: unknowns[key] ?? 0 }))
}

/** Returns the cost of records together. */
export const getCost = (records: Records, rows: Rows): Cost => {
  let [cost, unknown] = [0n, 0]
  for (const record of rows) {
    cost += records.knownCost[record] ?? 0n
    if (Number.isNaN(records.cost[record])) unknown++
  }
  return { count: rows.length, cost, unknown }
}

/** Returns the cost of each name that occurs, the highest first. Several parts of the page need the same ones. */
export const costByName = (records: Records, rows: Rows, names: Names): ReadonlyArray<NamedCost> => {
  const known = namedCosts.get(rows) ?? new Map<Names, ReadonlyArray<NamedCost>>()
  namedCosts.set(rows, known)
  const costs = known.get(names) ?? addUpByName(records, rows, names)
  known.set(names, costs)
  return costs
}

const namedCosts = new WeakMap<Rows, Map<Names, ReadonlyArray<NamedCost>>>()

const addUpByName = (records: Records, rows: Rows, { names, of }: Names): ReadonlyArray<NamedCost> =>
  costByKey(records, rows, names.length, (record) => of[record] ?? 0)
    .map(({ cost, count, unknown }, index) => ({ name: names[index] ?? "", count, cost, unknown }))
    .filter(({ count }) => count > 0)
    .toSorted(byCost)

/** The order of what costs more first. */
export const byCost = (one: { readonly cost: bigint }, other: { readonly cost: bigint }): number =>
  one.cost === other.cost ? 0 : one.cost < other.cost ? 1 : -1

/** Returns the cost of each period; records without a day must not be among the rows. */
export const costByPeriod = (records: Records, rows: Rows, periods: ReadonlyArray<Period>): ReadonlyArray<Cost> => {
  const toPeriod = periodOfRecord(records, periods)
  return costByKey(records, rows, periods.length, toPeriod)
}

/** Returns a function that returns the index of the period of a record. */
export const periodOfRecord = ({ days }: Records, periods: ReadonlyArray<Period>): (record: number) => number => {
  const indices = Uint32Array.from(days.all, (day) => periodIndex(periods, day))
  return (record) => indices[days.of[record] ?? 0] ?? 0
}

/** Values by nearest rank. */
export interface Quantiles {
  readonly p50: number
  readonly p95: number
}

/** Returns the values of a column that are known, in no order. */
export const knownValues = (column: Float64Array, rows: Rows): Float64Array => {
  const values = new Float64Array(rows.length)
  let count = 0
  for (const record of rows) {
    const value = column[record] ?? NaN
    if (!Number.isNaN(value)) values[count++] = value
  }
  return values.subarray(0, count)
}

/** Returns the quantiles of a column, or `null` if no value is known. */
export const quantiles = (column: Float64Array, rows: Rows): Quantiles | null => {
  const values = knownValues(column, rows)
  const [p50, p95] = [quantile(values, 0.5), quantile(values, 0.95)]
  return p50 === null || p95 === null ? null : { p50, p95 }
}

/**
 * Returns the value of the nearest rank, or `null` without values. It reorders the values only as far as it must
 * (quickselect), which is several times faster than sorting them.
 */
export const quantile = (values: Float64Array, share: number): number | null => {
  if (values.length === 0) return null
  const rank = Math.max(0, Math.ceil(share * values.length) - 1)
  const at = (index: number): number => values[index] ?? NaN
  let low = 0
  let high = values.length - 1
  while (low < high) {
    const pivot = at((low + high) >> 1)
    let left = low
    let right = high
    while (left <= right) {
      while (at(left) < pivot) left++
      while (at(right) > pivot) right--
      if (left > right) break
      const value = at(left)
      values[left++] = at(right)
      values[right--] = value
    }
    if (rank <= right) high = right
    else if (rank >= left) low = left
    else break
  }
  return at(rank)
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
