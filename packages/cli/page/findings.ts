/**
 * Findings in words. Each has a filter that shows the records that it is about.
 */
import { dayText, periods } from "./days.js"
import * as Decimal from "./decimal.js"
import * as Filter from "./filter.js"
import { type Dimension, type Records, unknown } from "./records.js"
import { fallbacks } from "./scorecard.js"
import { amount, type Cost, costByName, costByPeriod, getCost, range, type Rows } from "./summary.js"
import * as Text from "./text.js"

export interface Finding {
  /** A sentence, or its beginning if there are names. */
  readonly text: string
  /** The names at its end, which come from outside. */
  readonly names: ReadonlyArray<string>
  readonly change: Filter.Change
}

/** Returns findings about the records that a filter shows, the most important first. */
export const findings = (records: Records, filter: Filter.Filter, rows: Rows): ReadonlyArray<Finding> => {
  const total = getCost(records, rows)
  const kinds = filter.only === "" ? kindFindings(records, rows, total) : []
  return [
    ...concentration(records, rows, total, "model"),
    ...concentration(records, rows, total, "provider"),
    ...peak(records, rows, total),
    ...kinds,
    ...largest(records, rows, total, "session"),
    ...largest(records, rows, total, "app")
  ]
}

/** A share that is worth a sentence: at least 1 % and not all. */
const share = (cost: bigint, total: Cost): string | null => {
  const percent = Decimal.percent(cost, total.cost)
  return percent !== null && cost !== total.cost && 100n * cost >= total.cost ? percent : null
}

const plurals = { model: "models", provider: "providers", session: "sessions", app: "apps" }

/** The few names that most of the money is spent on. */
const concentration = (
  records: Records,
  rows: Rows,
  total: Cost,
  dimension: "model" | "provider"
): ReadonlyArray<Finding> => {
  const named = costByName(records, rows, records[dimension])
  for (const [count, enough] of [[1, 50n], [2, 66n], [3, 75n]] as const) {
    const top = named.slice(0, count)
    const cost = top.reduce((sum, { cost }) => sum + cost, 0n)
    const percent = share(cost, total)
    if (named.length > count && percent !== null && 100n * cost >= enough * total.cost) {
      return [spend(percent, dimension, top.map(({ name }) => name))]
    }
  }
  const [first] = named
  const percent = first === undefined || named.length < 2 ? null : share(first.cost, total)
  return first === undefined || percent === null ? [] : [spend(percent, dimension, [first.name])]
}

const spend = (percent: string, dimension: Dimension, names: ReadonlyArray<string>): Finding => {
  const text = `${percent} % of the spend is `
  const change = { [dimension]: names }
  if (names.length > 1) return { text: `${text}${names.length} ${plurals[dimension]}: `, names, change }
  return names[0] === unknown
    ? { text: `${text}an unknown ${dimension}`, names: [], change }
    : { text: `${text}the ${dimension} `, names, change }
}

/** A session or an app, if it is a large part. */
const largest = (records: Records, rows: Rows, total: Cost, dimension: "session" | "app"): ReadonlyArray<Finding> => {
  const named = costByName(records, rows, records[dimension])
  const first = named.find(({ name }) => name !== unknown)
  const percent = first === undefined || named.length < 2 ? null : share(first.cost, total)
  return first === undefined || percent === null || 10n * first.cost < total.cost
    ? []
    : [spend(percent, dimension, [first.name])]
}

/** A day that cost at least twice as much as the average day. */
const peak = (records: Records, rows: Rows, total: Cost): ReadonlyArray<Finding> => {
  const days = range(records, rows)
  if (days === null || days[1] - days[0] < 2) return []
  const dated = rows.filter((record) => !Number.isNaN(records.day[record]))
  // For ten years at most: longer, a day does not matter.
  const all = periods(...days, 3660)
  if (all.length !== days[1] - days[0] + 1) return []
  const costs = costByPeriod(records, dated, all)
  const highest = costs.reduce((best, { cost }, index) => cost > (costs[best]?.cost ?? 0n) ? index : best, 0)
  const cost = costs[highest]?.cost ?? 0n
  const percent = share(cost, total)
  if (percent === null || cost * BigInt(all.length) < 2n * total.cost) return []
  const day = dayText(days[0] + highest)
  return [sentence(`${percent} % of the spend was on ${day}`, { from: day, to: day })]
}

const sentence = (text: string, change: Filter.Change): Finding => ({ text, names: [], change })

/** Returns findings of records of a kind. */
const kindFindings = (records: Records, rows: Rows, total: Cost): ReadonlyArray<Finding> => {
  const finding = (only: Filter.Kind, text: (kind: Cost, rows: Rows) => string | null): ReadonlyArray<Finding> => {
    const found = rows.filter(Filter.kindTests[only](records))
    const words = found.length === 0 ? null : text(getCost(records, found), found)
    return words === null ? [] : [sentence(words, { only })]
  }
  const ofSpend = (kind: Cost, words: string): string | null => {
    const percent = share(kind.cost, total)
    return percent === null ? null : `${percent} % of the spend is ${words}`
  }
  return [
    ...finding("fallback", ({ count }, rows) => {
      const times = fallbacks(records, rows).flatMap(({ lostTime }) => lostTime ?? [])
      const cost = times.length === 0 ? "" : ` cost ${Text.duration(times.reduce((sum, time) => sum + time, 0))}`
      return `Fallbacks${cost}: ${Text.plural(count, "generation")} had failed attempts`
    }),
    ...finding("cancelled", (kind) => ofSpend(kind, Text.plural(kind.count, "cancelled generation"))),
    ...finding("byok", (kind) => ofSpend(kind, "generations with your own key (BYOK)")),
    ...finding("cached", ({ count }, rows) => {
      const saved = amount(records.cacheDiscount, rows) ?? 0n
      return saved === 0n
        ? null
        : `Caching ${saved > 0n ? "saved" : "added"} ${Decimal.usd(saved > 0n ? saved : -saved, records.scale)}: ${
          Text.plural(count, "generation")
        } used prompt caching`
    }),
    ...finding(
      "unknown",
      ({ count }) => count === total.count ? null : `The cost of ${Text.plural(count, "generation")} is unknown`
    )
  ]
}
