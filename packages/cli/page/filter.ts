/**
 * The filter of the page: which records it shows, and its form in the page's address.
 */
import { parseDay } from "./days.js"
import { type Dimension, dimensions, type Records } from "./records.js"

/** The values of `only`, and what each is called. */
export const kinds = {
  fallback: "with failed attempts",
  cancelled: "cancelled",
  byok: "with your own key (BYOK)",
  cached: "with prompt caching",
  unknown: "with unknown cost",
  undated: "without a date"
} as const

export type Kind = keyof typeof kinds

/** Selects the records that are shown. An empty value does not restrict. */
export interface Filter extends Readonly<Record<Dimension, ReadonlyArray<string>>> {
  /** The first day, `2026-11-03`. */
  readonly from: string
  /** The last day. */
  readonly to: string
  readonly only: Kind | ""
  /** A part of the id. */
  readonly id: string
}

export const none: Filter = { model: [], provider: [], session: [], app: [], from: "", to: "", only: "", id: "" }

const fields = ["from", "to", "only", "id", ...dimensions] as const satisfies ReadonlyArray<keyof Filter>

/** A change of the filter. */
export type Change = Partial<Filter>

/** Returns the parts of a filter that restrict something. */
export const active = (filter: Filter): ReadonlyArray<keyof Filter> =>
  fields.filter((field) => filter[field].length > 0)

/** Returns the filter as the fragment of an address, empty if nothing is restricted. */
export const format = (filter: Filter): string =>
  new URLSearchParams(
    active(filter).flatMap((field) => [filter[field]].flat().map((value): [string, string] => [field, value]))
  ).toString()

/** Reads a filter from the fragment of an address. Values that cannot be are left out. */
export const parse = (fragment: string): Filter => {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ""))
  const text = (field: string) => parameters.get(field) ?? ""
  const day = (field: string) => parseDay(text(field)) === null ? "" : text(field)
  const only = text("only")
  return {
    model: parameters.getAll("model"),
    provider: parameters.getAll("provider"),
    session: parameters.getAll("session"),
    app: parameters.getAll("app"),
    from: day("from"),
    to: day("to"),
    only: isKind(only) ? only : "",
    id: text("id")
  }
}

const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text)

/** Returns the indices of the records that a filter shows, in the order of the records. */
export const select = (records: Records, filter: Filter): Uint32Array => {
  const tests = [
    ...dimensions.filter((dimension) => filter[dimension].length > 0).map((dimension) => {
      const { names, of } = records[dimension]
      const isShown = names.map((name) => filter[dimension].includes(name))
      return (record: number) => isShown[of[record] ?? -1] === true
    }),
    ...dayTest(records, filter),
    ...filter.only === "" ? [] : [kindTests[filter.only](records)],
    ...filter.id === "" ? [] : [(record: number) => records.id[record]?.includes(filter.id) === true]
  ]
  const shown = new Uint32Array(records.size)
  let count = 0
  for (let record = 0; record < records.size; record++) {
    if (tests.every((test) => test(record))) shown[count++] = record
  }
  return shown.subarray(0, count)
}

const dayTest = ({ day }: Records, { from, to }: Filter) => {
  if (from === "" && to === "") return []
  const first = parseDay(from) ?? -Infinity
  const last = parseDay(to) ?? Infinity
  // An unknown day is `NaN` and in no range.
  return [(record: number) => (day[record] ?? NaN) >= first && (day[record] ?? NaN) <= last]
}

/** Tests whether a record is of a kind. */
export const kindTests: { readonly [K in Kind]: (records: Records) => (record: number) => boolean } = {
  fallback: ({ failedAttempts }) => (record) => (failedAttempts[record] ?? 0) > 0,
  cancelled: ({ isCancelled }) => (record) => isCancelled[record] === 1,
  byok: ({ isByok }) => (record) => isByok[record] === 1,
  // Writing to a cache has a discount too, a negative one.
  cached: ({ cacheDiscount, tokensCached }) => (record) =>
    (tokensCached[record] ?? 0) > 0 || (cacheDiscount[record] ?? 0n) !== 0n,
  unknown: ({ cost }) => (record) => Number.isNaN(cost[record]),
  undated: ({ day }) => (record) => Number.isNaN(day[record])
}
