import type { AccountActivity } from "@effect-openrouter/core/AccountActivity"
import type { AccountKey } from "@effect-openrouter/core/AccountKey"
import * as BigDecimal from "effect/BigDecimal"
import { count, plural, usd } from "../output/format.js"
import { isoDay } from "./days.js"
import type { ByModel } from "./noted.js"
import type { Reading } from "./readings.js"
import { limit, type Tolerance } from "./tolerance.js"

/** The endpoint that OpenRouter's total comes from. */
export type Source = "activity" | "key" | "credits"

/** A total in USD and its parts. */
export interface Total {
  /** Number of generations; `null` if OpenRouter does not say it. */
  readonly count: number | null
  readonly cost: BigDecimal.BigDecimal
  /** The amount that OpenRouter charged. */
  readonly credits: BigDecimal.BigDecimal
  /** The amount that providers charged to the caller's own keys. */
  readonly byok: BigDecimal.BigDecimal
  /** Number of generations of whose cost a part is unknown. */
  readonly unknown: number
}

/** A cause of a difference, or a part that is not compared. */
export interface Explanation {
  readonly kind:
    | "byok"
    | "costUnknown"
    | "failed"
    | "notCompared"
    | "notVisible"
    | "onlyHere"
    | "onlyOpenRouter"
    | "otherAmounts"
    | "otherKeys"
    | "outside30Days"
    | "pending"
    | "readings"
    | "rounding"
    | "undated"
    | "unreadable"
    | "utcDay"
  readonly text: string
}

/** A total of the caller, and the same of OpenRouter. */
export interface Row {
  readonly source: Source
  /** The UTC day; `null` for credits. */
  readonly day: string | null
  /** `null` if it is unknown, or for all models. */
  readonly model: string | null
  readonly here: Total
  readonly there: Total
  /** The cost here minus that of OpenRouter. */
  readonly difference: BigDecimal.BigDecimal
  /** The differences of both parts without their signs, added up: 0 if only OpenRouter's numbers are rounded. */
  readonly off: BigDecimal.BigDecimal
  readonly explanations: ReadonlyArray<Explanation>
}

const zero = BigDecimal.fromBigInt(0n)

const decimal = (usd: number | null): BigDecimal.BigDecimal =>
  usd === null ? zero : BigDecimal.normalize(BigDecimal.unsafeFromNumber(usd))

const none: Total = { count: 0, cost: zero, credits: zero, byok: zero, unknown: 0 }

const add = (one: Total, other: Total): Total => ({
  count: one.count === null || other.count === null ? null : one.count + other.count,
  cost: BigDecimal.sum(one.cost, other.cost),
  credits: BigDecimal.sum(one.credits, other.credits),
  byok: BigDecimal.sum(one.byok, other.byok),
  unknown: one.unknown + other.unknown
})

/** Returns the totals of summaries together. */
export const addUp = (summaries: ByModel): Total => summaries.map(toTotal).reduce(add, none)

const toTotal = ({ cost, count }: ByModel[number]): Total => ({
  count,
  cost: cost.effective,
  credits: cost.credits,
  byok: cost.byok,
  unknown: cost.unknown
})

/** Returns OpenRouter's total: BYOK comes on top of what OpenRouter charged. A part that is not known counts as unknown. */
const received = (count: number | null, credits: number | null, byok: number | null): Total => ({
  count,
  cost: BigDecimal.sum(decimal(credits), decimal(byok)),
  credits: decimal(credits),
  byok: decimal(byok),
  unknown: credits === null || byok === null ? 1 : 0
})

/**
 * The share of an amount below which a difference is rounding: OpenRouter adds numbers in floating point, whose sums are
 * exact to about 15 digits. Even of $1,000 that is less than the smallest cost of a generation.
 */
const precision = BigDecimal.unsafeFromString("0.000000000001")

const offBy = (here: BigDecimal.BigDecimal, there: BigDecimal.BigDecimal, scale = there): BigDecimal.BigDecimal => {
  const difference = BigDecimal.abs(BigDecimal.subtract(here, there))
  const rounding = BigDecimal.multiply(BigDecimal.abs(scale), precision)
  return BigDecimal.lessThanOrEqualTo(difference, rounding) ? zero : difference
}

const isZero = (amount: BigDecimal.BigDecimal): boolean => amount.value === 0n

const makeRow = (
  row: Pick<Row, "day" | "model" | "source" | "here" | "there">,
  scale?: BigDecimal.BigDecimal
): Row => {
  const { here, there } = row
  const off = BigDecimal.sum(offBy(here.credits, there.credits, scale), offBy(here.byok, there.byok))
  const difference = BigDecimal.subtract(here.cost, there.cost)
  return { ...row, difference, off, explanations: explain(here, there, difference, off) }
}

const explain = (
  here: Total,
  there: Total,
  difference: BigDecimal.BigDecimal,
  off: BigDecimal.BigDecimal
): ReadonlyArray<Explanation> => {
  if (isZero(off)) {
    return isZero(difference)
      ? []
      : [{ kind: "rounding", text: "only OpenRouter's floating-point numbers are rounded" }]
  }
  const missing = here.count === null || there.count === null ? 0 : there.count - here.count
  const found: ReadonlyArray<Explanation | null> = [
    here.unknown === 0 ? null : {
      kind: "costUnknown",
      text: `the cost of ${plural(here.unknown, "generation")} is not known here yet: request them again`
    },
    there.unknown === 0 ? null : { kind: "costUnknown", text: "OpenRouter sent no amount for a part of it" },
    missing <= 0 ? null : {
      kind: "onlyOpenRouter",
      text: `OpenRouter counts ${plural(missing, "generation")} more: discover prints their ids`
    },
    missing >= 0 ? null : {
      kind: "onlyHere",
      text: `${plural(-missing, "generation")} more here: of another account, or counted by OpenRouter for another day`
    },
    isZero(BigDecimal.subtract(here.byok, there.byok)) ? null : {
      kind: "byok",
      text: `own provider keys (on top of the credits): ${usd(here.byok)} here, ${usd(there.byok)} at OpenRouter`
    }
  ]
  const explanations = found.filter((explanation) => explanation !== null)
  return explanations.length > 0 || there.count === null
    ? explanations
    : [{
      kind: "otherAmounts",
      text: "the same number of generations with other amounts: request them again"
    }]
}

/** The noted totals of one UTC day. */
export interface NotedDay {
  readonly day: string
  readonly totals: ByModel
}

/** Returns a row for each day and model that either side has, in the order of the days. */
export const compareActivity = (
  days: ReadonlyArray<NotedDay>,
  activity: ReadonlyArray<AccountActivity>
): ReadonlyArray<Row> =>
  withNeighbours(days.flatMap(({ day, totals }) => {
    const rows = activity.filter(({ date }) => date.slice(0, 10) === day)
    const here = new Map<string | null, Total>()
    const there = new Map<string | null, Total>()
    for (const row of rows) {
      const model = row.modelPermaslug ?? row.model
      there.set(model, add(there.get(model) ?? none, received(row.requests, row.usage, row.byokUsageInference)))
    }
    for (const summary of totals) {
      // OpenRouter also names the model as it was requested.
      const model = there.has(summary.key)
        ? summary.key
        : rows.find(({ model }) => model === summary.key)?.modelPermaslug ?? summary.key
      here.set(model, add(here.get(model) ?? none, toTotal(summary)))
    }
    return [...new Set([...there.keys(), ...here.keys()])]
      .toSorted((one, other) => (one ?? "").localeCompare(other ?? ""))
      .map((model) =>
        makeRow({ source: "activity", day, model, here: here.get(model) ?? none, there: there.get(model) ?? none })
      )
  }))

const dayLength = 86_400_000

/** Explains the rows whose difference is that of a neighbouring day with the opposite sign. */
const withNeighbours = (rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const byKey = new Map(rows.map((row) => [`${row.day} ${row.model}`, row]))
  return rows.map((row) => {
    if (isZero(row.off)) return row
    const neighbour = [-dayLength, dayLength]
      .map((offset) => byKey.get(`${isoDay(Date.parse(row.day ?? "") + offset)} ${row.model}`))
      .find((other) => other !== undefined && !isZero(other.off) && areOpposite(row.difference, other.difference))
    return neighbour === undefined ? row : {
      ...row,
      explanations: [
        { kind: "utcDay", text: `the same amount as on ${neighbour.day}, where it is missing or too much: UTC days` },
        ...row.explanations
      ]
    }
  })
}

const areOpposite = (one: BigDecimal.BigDecimal, other: BigDecimal.BigDecimal): boolean =>
  !isZero(one) && isZero(offBy(one, BigDecimal.negate(other)))

/**
 * Returns the row of the current day, of which only the key has a total; `null` if the key cannot be compared: a management
 * key makes no completions.
 */
export const compareToday = (today: NotedDay, key: AccountKey): Row | null => {
  const here = addUp(today.totals)
  const there = received(null, key.usageDaily, key.byokUsageDaily)
  if (key.usageDaily === null) return null
  if (key.isManagementKey === true && isZero(there.cost) && here.count !== 0) return null
  const row = makeRow({ source: "key", day: today.day, model: null, here, there })
  return isZero(row.off) ? row : {
    ...row,
    explanations: [...row.explanations, {
      kind: "otherKeys",
      text:
        "OpenRouter's amount is that of one key, up to now: other keys, and calls of the last minutes, are not in both"
    }]
  }
}

/** Returns the row of the credits that were used between two readings, or `null` if a reading has no amount. */
export const compareCredits = (totals: ByModel, first: Reading, last: Reading): Row | null => {
  if (first.totalUsage === null || last.totalUsage === null) return null
  const noted = addUp(totals)
  const credits = BigDecimal.subtract(decimal(last.totalUsage), decimal(first.totalUsage))
  const row = makeRow({
    source: "credits",
    day: null,
    model: null,
    here: { ...noted, cost: noted.credits, byok: zero },
    there: { count: null, cost: credits, credits, byok: zero, unknown: 0 }
  }, decimal(last.totalUsage))
  return isZero(row.off) ? row : {
    ...row,
    explanations: [...row.explanations, {
      kind: "readings",
      text: "credits are those of the whole account; a call that ran during a reading is charged after it"
    }]
  }
}

/** The result for all rows of one source. */
export interface Check {
  readonly source: Source
  readonly here: Total
  readonly there: Total
  readonly difference: BigDecimal.BigDecimal
  /** The differences of all rows without their signs, added up, so that they do not cancel out. */
  readonly off: BigDecimal.BigDecimal
  /** The highest `off` that the tolerance allows. */
  readonly limit: BigDecimal.BigDecimal
  readonly agrees: boolean
}

/** Returns the result for each source that was compared. */
export const check = (rows: ReadonlyArray<Row>, sources: ReadonlyArray<Source>, tolerance: Tolerance) =>
  sources.map((source): Check => {
    const compared = rows.filter((row) => row.source === source)
    const here = compared.map(({ here }) => here).reduce(add, none)
    const there = compared.map(({ there }) => there).reduce(add, none)
    const off = BigDecimal.sumAll(compared.map(({ off }) => off))
    const allowed = limit(tolerance, there.cost)
    return {
      source,
      here,
      there,
      difference: BigDecimal.subtract(here.cost, there.cost),
      off,
      limit: allowed,
      agrees: BigDecimal.lessThanOrEqualTo(off, allowed)
    }
  })

/** Returns true if a row differs by more than rounding. */
export const differs = ({ off }: Row): boolean => !isZero(off)

/** Says what totals contain: `$0.30 in 2 generations, 1 cost unknown`. */
export const totalText = ({ cost, count: generations, unknown }: Total): string =>
  usd(cost) +
  (generations === null ? "" : ` in ${plural(generations, "generation")}`) +
  (unknown === 0 || generations === null ? "" : `, ${count(unknown)} of them unknown`)
