/**
 * Cost over time: a bar for each day, week, month or year, its parts colored by model.
 */
import { dayText, parseDay, type Period, periods } from "../days.js"
import * as Decimal from "../decimal.js"
import { costByName, costByPeriod, getCost, periodOfRecord, range } from "../summary.js"
import * as Text from "../text.js"
import { button, h, name, section } from "./dom.js"
import type { Part, State } from "./view.js"

const most = 120

export const timeline = (): Part => {
  const note = h("p", { class: "note" })
  const list = h("ul", { class: "columns" })
  const axis = h("div", { class: "axis", "aria-hidden": "true" })
  const scale = h("div", { class: "scale", "aria-hidden": "true" })
  const readout = h("p", { class: "readout note", "aria-hidden": "true" })
  const legend = h("ul", { class: "legend" })
  const figure = h(
    "figure",
    { "aria-labelledby": "cost-over-time-title" },
    h("div", { class: "plot" }, scale, list, axis)
  )
  const show = ({ target }: Event) => {
    const bar = target instanceof Element ? target.closest("button") : null
    readout.textContent = bar?.getAttribute("aria-label") ?? ""
  }
  for (const event of ["mouseover", "focusin", "mouseleave"]) figure.addEventListener(event, show)
  return {
    element: section("cost-over-time", "Cost over time", note, figure, readout, legend),
    draw: (state) => {
      const { records, rows } = state
      const days = range(records, rows)
      const dated = rows.filter((record) => !Number.isNaN(records.day[record]))
      const undated = rows.filter((record) => Number.isNaN(records.day[record]))
      const all = days === null ? [] : periods(...days, undated.length === 0 ? most : most - 1)
      const costs = costByPeriod(records, dated, all)
      const highest = costs.reduce((highest, { cost }) => cost > highest ? cost : highest, 0n)
      const stacks = toStacks(state, dated, all)
      note.textContent = all.length === 0
        ? "None of these generations has a date."
        : `One bar for each ${getUnit(all)} (${records.source.timeZone}). A click shows that time alone.`
      list.replaceChildren(
        ...all.map((period, index) => {
          const cost = costs[index]
          return cost === undefined || cost.count === 0
            ? h("li", { "aria-hidden": "true" })
            : h("li", {}, drawBar(state, period, cost, highest, stacks[index] ?? []))
        }),
        ...undated.length === 0 ? [] : [h("li", {}, undatedBar(state, getCost(records, undated), highest))]
      )
      list.classList.toggle("dense", all.length > 40)
      figure.style.setProperty("--bars", String(list.childElementCount))
      scale.replaceChildren(
        ...[highest, highest / 2n, 0n].map((units) =>
          h("span", {}, units === 0n ? "$0" : Text.about(Decimal.toNumber(units, records.scale)))
        )
      )
      axis.replaceChildren(...ends(all).map((text) => h("span", {}, text)))
      readout.textContent = ""
      legend.replaceChildren(...drawLegend(state))
    }
  }
}

const getUnit = ([first]: ReadonlyArray<Period>): string => {
  const length = first === undefined ? 0 : first.to - first.from + 1
  return length === 1
    ? "day"
    : length === 7
    ? "week"
    : length <= 31
    ? "month"
    : length <= 366
    ? "year"
    : "range of years"
}

/** The labels below the chart: the first, the middle and the last. */
const ends = (periods: ReadonlyArray<Period>): ReadonlyArray<string> =>
  [...new Set([0, (periods.length - 1) >> 1, periods.length - 1])]
    .flatMap((index) => periods[index] ?? [])
    .map(({ from, label }) => label.includes(" ") ? dayText(from) : label)

/** The parts of each bar: colors and how much of the bar each has. */
const toStacks = (
  { color, records }: State,
  rows: Uint32Array,
  periods: ReadonlyArray<Period>
): ReadonlyArray<ReadonlyArray<readonly [color: string, cost: number]>> => {
  const colorOfName = records.model.names.map(color)
  const colors = [...new Set(colorOfName)].toSorted()
  const indices = colorOfName.map((color) => colors.indexOf(color))
  const costs = periods.map(() => new Float64Array(colors.length))
  const toPeriod = periodOfRecord(records, periods)
  for (const record of rows) {
    const stack = costs[toPeriod(record)]
    const index = indices[records.model.of[record] ?? 0] ?? 0
    if (stack !== undefined) stack[index] = (stack[index] ?? 0) + Number(records.knownCost[record] ?? 0n)
  }
  return costs.map((stack) =>
    colors.map((color, index) => [color, stack[index] ?? 0] as const).filter(([, cost]) => cost > 0)
  )
}

const drawBar = (
  { change, filter, records }: State,
  period: Period,
  { cost, count, unknown }: { readonly cost: bigint; readonly count: number; readonly unknown: number },
  highest: bigint,
  stack: ReadonlyArray<readonly [color: string, cost: number]>
): HTMLElement => {
  // A filter may show only a part of a month: a click keeps to that part.
  const from = dayText(Math.max(period.from, parseDay(filter.from) ?? -Infinity))
  const to = dayText(Math.min(period.to, parseDay(filter.to) ?? Infinity))
  const isPressed = filter.from === from && filter.to === to
  const amount = unknown === count && cost === 0n ? "unknown" : Decimal.usd(cost, records.scale)
  return column(
    {
      key: `day:${period.label}`,
      label: `${period.label}: ${amount}`,
      isPressed,
      click: () => change(isPressed ? { from: "", to: "" } : { from, to })
    },
    cost,
    highest,
    stack
  )
}

const undatedBar = ({ change, filter, records }: State, { cost }: { readonly cost: bigint }, highest: bigint) =>
  column(
    {
      key: "day:undated",
      label: `undated: ${Decimal.usd(cost, records.scale)}`,
      isPressed: filter.only === "undated",
      click: () => change({ only: filter.only === "undated" ? "" : "undated" })
    },
    cost,
    highest,
    [["rest", 1]]
  )

const column = (
  { click, isPressed, key, label }: {
    readonly key: string
    readonly label: string
    readonly isPressed: boolean
    readonly click: () => void
  },
  cost: bigint,
  highest: bigint,
  stack: ReadonlyArray<readonly [color: string, cost: number]>
): HTMLElement => {
  const height = highest <= 0n || cost <= 0n ? 0 : Number((1000n * cost) / highest) / 10
  const bar = h(
    "span",
    { class: "stack" },
    ...stack.map(([color, cost]) => {
      const part = h("span", { class: color })
      part.style.flexGrow = String(cost)
      return part
    })
  )
  bar.style.blockSize = `${height}%`
  return button({ key, click, attributes: { "aria-label": label, "aria-pressed": String(isPressed) } }, bar)
}

const legendItem = (color: string, label: Node | string): HTMLElement =>
  h("li", {}, h("span", { class: `swatch ${color}` }), label)

/** The models that have a color of their own. */
const drawLegend = ({ color, records, rows }: State): ReadonlyArray<HTMLElement> => {
  const named = costByName(records, rows, records.model)
  const own = named.filter(({ name }) => color(name) !== "rest")
  return [
    ...own.map((model) => legendItem(color(model.name), name(model.name))),
    ...own.length === named.length ? [] : [legendItem("rest", Text.plural(named.length - own.length, "other model"))]
  ]
}
