/**
 * The records of the page in memory: columns of numbers, and names by index.
 */
import type * as PageData from "../src/internal/report/pageData.js"
import * as Decimal from "./decimal.js"

/** The label of what is not known. */
export const unknown = "unknown"

/** A column of names: those of the records are indices into `names`. */
export interface Names {
  readonly names: ReadonlyArray<string>
  readonly of: Uint32Array
}

/** The columns of names that a filter can select by. */
export const dimensions = ["model", "provider", "session", "app"] as const
export type Dimension = typeof dimensions[number]

/** In columns of numbers `NaN` is unknown. */
export interface Records extends Readonly<Record<Dimension, Names>> {
  readonly source: PageData.Source
  readonly size: number
  readonly id: ReadonlyArray<string>
  /** Milliseconds since 1970. */
  readonly created: Float64Array
  /** Days since 1970-01-01, in the time zone of the report. */
  readonly day: Float64Array
  /** The different days, and the index of each record's day in them: there are far fewer days than records. */
  readonly days: { readonly all: Float64Array; readonly of: Uint32Array }
  /** The scale of all amounts: they are integers of 10^-scale USD. */
  readonly scale: number
  readonly credits: ReadonlyArray<bigint | null>
  readonly byok: ReadonlyArray<bigint | null>
  /** The known parts of the cost together. */
  readonly knownCost: ReadonlyArray<bigint>
  /** The cost in USD, for orders and lengths; unknown if a part is. */
  readonly cost: Float64Array
  readonly cacheDiscount: ReadonlyArray<bigint | null>
  readonly tokensIn: Float64Array
  readonly tokensOut: Float64Array
  readonly tokensCached: Float64Array
  readonly tokensReasoning: Float64Array
  /** Milliseconds. */
  readonly timeToFirstToken: Float64Array
  readonly tokensPerSecond: Float64Array
  readonly tokensPerSecondAfterFirstToken: Float64Array
  readonly failedAttempts: Float64Array
  /** 1 is true, 0 is false. */
  readonly isByok: Float64Array
  readonly isCancelled: Float64Array
  readonly attempts: Attempts
}

/** The provider attempts that failed, in the order of their records. */
interface Attempts {
  readonly record: ReadonlyArray<number>
  readonly provider: Names
  readonly status: ReadonlyArray<number>
  /** Milliseconds. */
  readonly latency: Float64Array
}

/** Reads the data that the command wrote into the page. */
export const decode = ({ attempts, columns, source }: PageData.PageData): Records => {
  const amounts = [columns.credits, columns.byok, columns.cacheDiscount]
  const scale = amounts.reduce(
    (scale, column) =>
      column.reduce<number>((most, value) => value === null ? most : Math.max(most, Decimal.getScale(value)), scale),
    0
  )
  const units = (column: PageData.Numbers) =>
    column.map((value) => value === null ? null : Decimal.toUnits(value, scale))
  const credits = units(columns.credits)
  const byok = units(columns.byok)
  const knownCost = credits.map((part, index) => (part ?? 0n) + (byok[index] ?? 0n))
  const failedAttempts = new Float64Array(columns.id.length)
  for (const record of attempts.record) failedAttempts[record] = (failedAttempts[record] ?? 0) + 1
  return {
    source,
    size: columns.id.length,
    id: columns.id,
    created: numbers(columns.created),
    day: numbers(columns.day),
    days: differentDays(columns.day),
    model: names(columns.model),
    provider: names(columns.provider),
    session: names(columns.session),
    app: names(columns.app),
    scale,
    credits,
    byok,
    knownCost,
    cost: Float64Array.from(columns.credits, (part, index) => nearestCost(part, columns.byok[index] ?? null)),
    cacheDiscount: units(columns.cacheDiscount),
    tokensIn: numbers(columns.tokensIn),
    tokensOut: numbers(columns.tokensOut),
    tokensCached: numbers(columns.tokensCached),
    tokensReasoning: numbers(columns.tokensReasoning),
    timeToFirstToken: numbers(columns.timeToFirstToken),
    tokensPerSecond: numbers(columns.tokensPerSecond),
    tokensPerSecondAfterFirstToken: numbers(columns.tokensPerSecondAfterFirstToken),
    failedAttempts,
    isByok: numbers(columns.isByok),
    isCancelled: numbers(columns.isCancelled),
    attempts: {
      record: attempts.record,
      provider: names(attempts.provider),
      status: attempts.status,
      latency: numbers(attempts.latency)
    }
  }
}

/** The sum of the parts as a number, `NaN` if one is unknown. */
const nearestCost = (credits: number | null, byok: number | null): number =>
  credits === null || byok === null ? NaN : credits + byok

const numbers = (column: PageData.Numbers): Float64Array => Float64Array.from(column, (value) => value ?? NaN)

const differentDays = (column: PageData.Numbers) => {
  const indices = new Map([...new Set(column)].map((day, index) => [day, index]))
  return { all: numbers([...indices.keys()]), of: Uint32Array.from(column, (day) => indices.get(day) ?? 0) }
}

/** A name that is not known gets the label `unknown`, and so does a name that is that word. */
const names = ({ names, of }: PageData.Names): Names => {
  const all = of.includes(null) && !names.includes(unknown) ? [...names, unknown] : names
  const none = all.indexOf(unknown)
  return { names: all, of: Uint32Array.from(of, (index) => index ?? none) }
}
