/**
 * Horizontal bars: the cost of each model, provider, session or app.
 */
import * as Decimal from "../decimal.js"
import { type Dimension, unknown } from "../records.js"
import { costByName, type NamedCost } from "../summary.js"
import * as Text from "../text.js"
import { button, h, name, section } from "./dom.js"
import { expandable } from "./expandable.js"
import type { Part, State } from "./view.js"

/** The highest number of bars of a chart. */
const most = 120

export interface BarsOptions {
  readonly id: string
  readonly title: string
  readonly dimension: Dimension
  /** The number of bars before "Show all". */
  readonly first: number
}

/** Charts that stand side by side have the same scale: the highest cost of all of them. */
export const bars = (options: ReadonlyArray<BarsOptions>): ReadonlyArray<Part> => {
  const drawn = { state: undefined as State | undefined, highest: 0n }
  const findHighest = (state: State) => {
    if (drawn.state !== state) {
      drawn.state = state
      drawn.highest = options
        .flatMap(({ dimension }) => known(state, dimension).slice(0, 1))
        .reduce((highest, { cost }) => cost > highest ? cost : highest, 0n)
    }
    return drawn.highest
  }
  return options.map((options) => chart(options, findHighest))
}

/** The cost of each name. Records without a session or an app are none of the largest. */
const known = ({ records, rows }: State, dimension: Dimension): ReadonlyArray<NamedCost> =>
  costByName(records, rows, records[dimension]).filter(({ name }) => isWholeCost(dimension) || name !== unknown)

const isWholeCost = (dimension: Dimension): dimension is "model" | "provider" =>
  dimension === "model" || dimension === "provider"

const chart = ({ dimension, first, id, title }: BarsOptions, findHighest: (state: State) => bigint): Part => {
  const list = h("ul", { class: "bars" })
  const rest = h("p", { class: "note" })
  const part = expandable(`${id}:more`, (state, isOpen, more) => {
    const named = known(state, dimension)
    const shown = named.slice(0, isOpen ? most : first)
    const hidden = named.slice(shown.length)
    const highest = findHighest(state)
    list.replaceChildren(...shown.map((bar) => h("li", {}, drawBar(state, dimension, bar, highest))))
    const others = {
      count: state.total.count - named.reduce((sum, { count }) => sum + count, 0),
      cost: state.total.cost - named.reduce((sum, { cost }) => sum + cost, 0n)
    }
    const notes = [
      ...named.length === 0 ? [`None of these generations names one.`] : [],
      ...hidden.length === 0 ?
        [] :
        [`${Text.count(hidden.length)} more: ${
          Decimal.usd(hidden.reduce((sum, { cost }) => sum + cost, 0n), state.records.scale)
        }`],
      ...named.length === 0 || others.count === 0
        ? []
        : [`Without ${dimension === "app" ? "an app" : "a session"}: ${Decimal.usd(others.cost, state.records.scale)}`]
    ]
    rest.textContent = notes.join(" · ")
    more.hidden = named.length <= first
    more.textContent = isOpen
      ? "Show fewer"
      : `Show ${named.length > most ? `the first ${most}` : `all ${named.length}`}`
    more.setAttribute("aria-label", `${more.textContent}: ${title}`)
  })
  return {
    element: section(
      id,
      title,
      h("figure", { "aria-labelledby": `${id}-title` }, list),
      rest,
      part.more
    ),
    draw: part.draw
  }
}

const drawBar = (
  { change, color, filter, records }: State,
  dimension: Dimension,
  bar: NamedCost,
  highest: bigint
): HTMLElement => {
  const isPressed = filter[dimension].length === 1 && filter[dimension][0] === bar.name
  const amount = bar.unknown === bar.count && bar.cost === 0n ? "unknown" : Decimal.usd(bar.cost, records.scale)
  const fill = h("span", {
    class: `fill ${dimension === "model" ? color(bar.name) : "plain"}`
  })
  fill.style.inlineSize = `${highest <= 0n || bar.cost < 0n ? 0 : Number((1000n * bar.cost) / highest) / 10}%`
  return button(
    {
      key: `${dimension}:${bar.name}`,
      click: () => change({ [dimension]: isPressed ? [] : [bar.name] }),
      attributes: { "aria-label": `${bar.name}: ${amount}`, "aria-pressed": String(isPressed) }
    },
    h("span", { class: "label" }, name(bar.name)),
    h("span", { class: "amount" }, amount),
    h("span", { class: "track" }, fill)
  )
}
