import { periods } from "../days.js"
import * as Decimal from "../decimal.js"
import * as Filter from "../filter.js"
import { details, failures, fallbacks as countFallbacks, scores } from "../scorecard.js"
import { range } from "../summary.js"
import * as Text from "../text.js"
import { h, isNarrow, name, section } from "./dom.js"
import { expandable } from "./expandable.js"
import * as Table from "./table.js"
import type { Part, State } from "./view.js"

const first = isNarrow() ? 12 : 50

/** The highest number of rows. */
const most = 500

const columns: ReadonlyArray<Table.Column> = [
  { title: "Model" },
  { title: "Provider" },
  { title: "Count", isNumber: true },
  { title: "Cost", isNumber: true },
  { title: "Share", isNumber: true },
  { title: "$ / M tokens", isNumber: true },
  { title: "First token p50", isNumber: true },
  { title: "First token p95", isNumber: true },
  { title: "Tokens/s p50", isNumber: true },
  { title: "Failed", isNumber: true },
  { title: "Cancelled", isNumber: true },
  { title: "Trend" }
]

/** A row for each model and provider: cost, speed and how often it failed. */
export const scorecard = (): Part => {
  const table = Table.table("Scorecard", columns)
  const part = expandable("scorecard:more", (state, isOpen, more) => {
    const { records, rows, total } = state
    const all = scores(records, rows)
    const failed = failures(records, rowsOfAllProviders(state))
    const days = range(records, rows)
    const periodsOfTrend = days === null ? [] : periods(...days, 40)
    table.draw(
      all.slice(0, isOpen ? most : first).map((score) => {
        const { cancelled, costPerMillion, timeToFirstToken, tokensPerSecond, trend } = details(
          records,
          score,
          periodsOfTrend
        )
        const share = Decimal.percent(score.cost, total.cost)
        return [
          { content: [name(records.model.names[score.model] ?? "")], class: "model" },
          { content: [name(records.provider.names[score.provider] ?? "")], class: "provider" },
          Table.text(Text.count(score.count)),
          Table.text(
            score.unknown === score.count && score.cost === 0n
              ? Text.count(null)
              : Decimal.usd(score.cost, records.scale),
            "wide"
          ),
          Table.text(share === null ? "–" : `${share} %`),
          Table.text(Text.about(costPerMillion)),
          Table.text(Text.millis(timeToFirstToken?.p50)),
          Table.text(Text.millis(timeToFirstToken?.p95)),
          Table.text(Text.speed(tokensPerSecond?.p50)),
          Table.text(Text.rate(failed.rate(score))),
          Table.text(Text.rate(cancelled)),
          { content: [sparkline(trend)], class: "trend" }
        ]
      })
    )
    more.hidden = all.length <= first
    more.textContent = isOpen
      ? "Show fewer rows"
      : all.length > most
      ? `Show the first ${most} of ${Text.count(all.length)} rows`
      : `Show all ${all.length} rows`
  })
  return {
    element: section(
      "scorecard",
      "Scorecard",
      h(
        "p",
        { class: "note" },
        "Each model at each provider. Failed: the share of attempts at the provider that failed. Trend: cost over the time shown."
      ),
      table.element,
      part.more
    ),
    draw: part.draw
  }
}

/** Failures are counted over the generations of all providers: if one provider failed, another one served. */
const rowsOfAllProviders = ({ filter, records, rows }: State): Uint32Array =>
  filter.provider.length === 0 ? rows : Filter.select(records, { ...filter, provider: [] })

const sparkline = (values: ReadonlyArray<number>): Node => {
  const highest = Math.max(...values)
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("viewBox", "0 0 72 18")
  svg.setAttribute("aria-hidden", "true")
  if (values.length < 2 || highest <= 0) return svg
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline")
  line.setAttribute(
    "points",
    values.map((value, index) =>
      `${(1 + 70 * index / (values.length - 1)).toFixed(1)},${(17 - 16 * Math.max(0, value) / highest).toFixed(1)}`
    ).join(" ")
  )
  svg.append(line)
  return svg
}

/** Failed attempts by provider: how many, and how much time they took. */
export const fallbacks = (): Part => {
  const note = h("p", { class: "note" })
  const table = Table.table("Failed attempts by provider", [
    { title: "Provider" },
    { title: "Failed attempts", isNumber: true },
    { title: "Rate", isNumber: true },
    { title: "Lost time", isNumber: true },
    { title: "Statuses" }
  ])
  return {
    element: section("fallbacks", "Fallbacks", note, table.element),
    draw: (state) => {
      const { records, rows } = state
      const fallen = rows.filter(Filter.kindTests.fallback(records)).length
      const all = countFallbacks(records, rowsOfAllProviders(state))
      const lost = all.reduce((sum, { lostTime }) => sum + (lostTime ?? 0), 0)
      table.element.hidden = all.length === 0
      note.textContent = all.length === 0
        ? "No provider attempt failed."
        : `${Text.count(fallen)} of ${Text.plural(rows.length, "generation")} (${
          Text.rate(fallen / rows.length)
        }) had failed attempts before the one that served. Failed attempts took ${Text.duration(lost)} in all.${
          state.filter.provider.length === 0 ? "" : " The table counts the generations of all providers."
        }`
      table.draw(all.map(({ failed, lostTime, provider, rate, statuses }) => [
        { content: [name(provider)], class: "provider" },
        Table.text(Text.count(failed)),
        Table.text(Text.rate(rate)),
        Table.text(Text.duration(lostTime)),
        Table.text(statuses.map(([status, count]) => `${Text.count(count)}\u00a0×\u00a0${status}`).join(", "), "wide")
      ]))
    }
  }
}
