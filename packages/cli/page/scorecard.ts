/**
 * Cost, speed and failures of each model at each provider.
 */
import type { Period } from "./days.js"
import type { Records } from "./records.js"
import {
  byCost,
  type Cost,
  costByPeriod,
  getCost,
  knownValues,
  type Quantiles,
  quantiles,
  type Rows
} from "./summary.js"

/** A row of the scorecard: the records of one model at one provider. */
export interface Score extends Cost {
  readonly model: number
  readonly provider: number
  readonly rows: Rows
}

/** Returns the records of each model at each provider, the highest cost first. */
export const scores = (records: Records, rows: Rows): ReadonlyArray<Score> => {
  const groups = new Map<number, Array<number>>()
  for (const record of rows) {
    const key = toKey(records, records.model.of[record], records.provider.of[record])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [record])
    else group.push(record)
  }
  return [...groups.values()]
    .map((group) => score(records, Uint32Array.from(group)))
    .toSorted(byCost)
}

const score = (records: Records, rows: Rows): Score => ({
  ...getCost(records, rows),
  model: records.model.of[rows[0] ?? 0] ?? 0,
  provider: records.provider.of[rows[0] ?? 0] ?? 0,
  rows
})

const toKey = ({ provider }: Records, model = 0, name = 0): number => model * provider.names.length + name

/** The numbers that are only computed for the rows that are shown. */
export interface Details {
  /** USD for a million tokens, prompt and completion together, of the records of which both are known. */
  readonly costPerMillion: number | null
  readonly timeToFirstToken: Quantiles | null
  readonly tokensPerSecond: Quantiles | null
  /** The share of generations that were cancelled, 0 to 1, of those of which it is known. */
  readonly cancelled: number | null
  /** The cost of each period, in units: only for a drawing. */
  readonly trend: ReadonlyArray<number>
}

/** Returns the details of a row. `trend` are the periods of its trend. */
export const details = (records: Records, { rows }: Score, trend: ReadonlyArray<Period>): Details => {
  let [cost, tokens] = [0, 0]
  for (const record of rows) {
    const used = (records.tokensIn[record] ?? NaN) + (records.tokensOut[record] ?? NaN)
    const paid = records.cost[record] ?? NaN
    if (!Number.isNaN(used) && !Number.isNaN(paid)) {
      cost += paid
      tokens += used
    }
  }
  const dated = rows.filter((record) => !Number.isNaN(records.day[record]))
  const known = knownValues(records.isCancelled, rows)
  return {
    costPerMillion: tokens > 0 ? cost / tokens * 1e6 : null,
    timeToFirstToken: quantiles(records.timeToFirstToken, rows),
    tokensPerSecond: quantiles(records.tokensPerSecond, rows),
    cancelled: known.length === 0 ? null : known.filter((value) => value === 1).length / known.length,
    trend: costByPeriod(records, dated, trend).map(({ cost }) => Number(cost))
  }
}

/** The failed attempts of one model at one provider. */
export interface Failures {
  /** Returns the share of attempts that failed, 0 to 1. */
  readonly rate: (score: Score) => number
}

/**
 * Counts the failed attempts of each model at each provider. `rows` must not be filtered by provider: where one failed,
 * another served.
 */
export const failures = (records: Records, rows: Rows): Failures => {
  const isShown = mask(records, rows)
  const failed = new Map<number, number>()
  const { attempts } = records
  attempts.record.forEach((record, index) => {
    if (isShown[record] !== 1) return
    const name = attempts.provider.names[attempts.provider.of[index] ?? 0] ?? ""
    const provider = records.provider.names.indexOf(name)
    if (provider === -1) return
    const key = toKey(records, records.model.of[record], provider)
    failed.set(key, (failed.get(key) ?? 0) + 1)
  })
  return {
    rate: ({ count, model, provider }) => {
      const failures = failed.get(toKey(records, model, provider)) ?? 0
      return failures / (failures + count)
    }
  }
}

const mask = ({ size }: Records, rows: Rows): Uint8Array => {
  const isShown = new Uint8Array(size)
  for (const record of rows) isShown[record] = 1
  return isShown
}

/** The failed attempts at one provider. */
export interface Fallbacks {
  readonly provider: string
  readonly failed: number
  /** The share of this provider's attempts that failed, 0 to 1. */
  readonly rate: number
  /** Milliseconds that the failed attempts took, as far as known; `null` if of none. */
  readonly lostTime: number | null
  /** The statuses and their counts, the most frequent first. */
  readonly statuses: ReadonlyArray<readonly [status: number, count: number]>
}

/** Returns the failed attempts by provider, most lost time first. `rows` must not be filtered by provider. */
export const fallbacks = (records: Records, rows: Rows): ReadonlyArray<Fallbacks> => {
  const isShown = mask(records, rows)
  const served = new Map<string, number>()
  for (const record of rows) {
    const name = records.provider.names[records.provider.of[record] ?? 0] ?? ""
    served.set(name, (served.get(name) ?? 0) + 1)
  }
  const { latency, provider, record: toRecord, status } = records.attempts
  const groups = provider.names.map((provider) => ({
    provider,
    failed: 0,
    lostTime: null as number | null,
    statuses: new Map<number, number>()
  }))
  toRecord.forEach((record, index) => {
    const group = groups[provider.of[index] ?? 0]
    if (isShown[record] !== 1 || group === undefined) return
    const time = latency[index] ?? NaN
    const code = status[index] ?? 0
    group.failed++
    if (!Number.isNaN(time)) group.lostTime = (group.lostTime ?? 0) + time
    group.statuses.set(code, (group.statuses.get(code) ?? 0) + 1)
  })
  return groups
    .filter(({ failed }) => failed > 0)
    .map(({ failed, lostTime, provider, statuses }) => ({
      provider,
      failed,
      rate: failed / (failed + (served.get(provider) ?? 0)),
      lostTime,
      statuses: [...statuses].toSorted(([, one], [, other]) => other - one)
    }))
    .toSorted((one, other) => (other.lostTime ?? 0) - (one.lostTime ?? 0) || other.failed - one.failed)
}
