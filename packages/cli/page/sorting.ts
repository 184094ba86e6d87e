/**
 * The order of the table's rows. Each column is sorted once, over all records; a filter then only skips rows.
 */
import type { Names, Records } from "./records.js"
import type { Rows } from "./summary.js"

/** The columns that the table can be sorted by. */
export type SortColumn =
  | "created"
  | "id"
  | "model"
  | "provider"
  | "tokensIn"
  | "tokensOut"
  | "cost"
  | "timeToFirstToken"
  | "tokensPerSecond"
  | "tokensPerSecondAfterFirstToken"
  | "failedAttempts"

export interface Order {
  readonly column: SortColumn
  readonly descending: boolean
}

/** Returns a function that sorts rows. Unknown values are last in both directions; equal ones keep their order. */
export const sorter = (records: Records): (rows: Rows, order: Order) => Uint32Array => {
  const orders = new Map<SortColumn, AllRecords>()
  return (rows, { column, descending }) => {
    const { known, unknown } = orders.get(column) ?? sortAll(ranks(records, column))
    orders.set(column, { known, unknown })
    const isShown = new Uint8Array(records.size)
    for (const record of rows) isShown[record] = 1
    const sorted = new Uint32Array(rows.length)
    let count = 0
    const take = (record: number) => {
      if (isShown[record] === 1) sorted[count++] = record
    }
    if (descending) known.toReversed().forEach(take)
    else known.forEach(take)
    unknown.forEach(take)
    return sorted
  }
}

/** All records, in ascending order of their values. */
interface AllRecords {
  readonly known: Uint32Array
  readonly unknown: Uint32Array
}

const sortAll = (ranks: Float64Array): AllRecords => {
  const rank = (record: number) => ranks[record] ?? NaN
  const records = Uint32Array.from(ranks.keys())
  return {
    known: records.filter((record) => !Number.isNaN(rank(record))).toSorted((one, other) => rank(one) - rank(other)),
    unknown: records.filter((record) => Number.isNaN(rank(record)))
  }
}

/** Returns a number for each record that has the order of its value in the column. */
const ranks = (records: Records, column: SortColumn): Float64Array => {
  if (column === "id") return idRanks(records.id)
  if (column === "model" || column === "provider") return nameRanks(records[column])
  return records[column]
}

const idRanks = (ids: ReadonlyArray<string>): Float64Array => {
  const rank = new Map(ids.toSorted().map((id, index) => [id, index]))
  return Float64Array.from(ids, (id) => rank.get(id) ?? NaN)
}

const nameRanks = ({ names, of }: Names): Float64Array => {
  const rank = new Float64Array(names.length)
  const order = [...names.keys()].toSorted((one, other) => collator.compare(names[one] ?? "", names[other] ?? ""))
  order.forEach((name, index) => {
    rank[name] = index
  })
  return Float64Array.from(of, (name) => rank[name] ?? NaN)
}

const collator = new Intl.Collator("en", { numeric: true })
