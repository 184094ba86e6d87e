/**
 * The page of a report: reads its data, draws it, and draws it again when the filter changes.
 */
import * as Filter from "./filter.js"
import { decode, type Records } from "./records.js"
import { costByName, getCost, type Rows } from "./summary.js"
import * as Text from "./text.js"
import { bars } from "./view/bars.js"
import { controls, empty } from "./view/controls.js"
import { h, keepFocus, name } from "./view/dom.js"
import { findings } from "./view/findings.js"
import { generations } from "./view/generations.js"
import { histograms } from "./view/histograms.js"
import { fallbacks, scorecard } from "./view/scorecard.js"
import { facts, status } from "./view/status.js"
import { timeline } from "./view/timeline.js"
import type { Part, State } from "./view/view.js"

/** The number of models with a color of their own: the classes `c0` to `c7`. */
const colors = 8

/** Gives the models with the highest cost of all records a color each; a filter does not change it. */
const modelColors = (records: Records, all: Rows): State["color"] => {
  const ranked = costByName(records, all, records.model)
  const classes = new Map(ranked.slice(0, colors).map(({ name }, index) => [name, `c${index}`]))
  return (model) => classes.get(model) ?? "rest"
}

/** Returns the sentences that a reader must know before the numbers. */
const notes = ({ source }: Records): ReadonlyArray<string> => [
  ...source.unreadable === null ? [] : [
    `${Text.plural(source.unreadable.lines, "line")} of the file could not be read (${
      Text.plural(source.unreadable.bytes, "byte")
    }, the first is line ${Text.count(source.unreadable.first)}): their cost is not included.`
  ],
  ...source.notVisible + source.failed === 0 ? [] : [
    `${Text.plural(source.notVisible + source.failed, "generation")} without a record (${
      Text.count(source.notVisible)
    } not visible, ${Text.count(source.failed)} failed): their cost is not included.`
  ],
  ...source.notes
]

/** Parts side by side. */
const pair = (parts: ReadonlyArray<Part>): HTMLElement =>
  h("div", { class: "pair" }, ...parts.map(({ element }) => element))

const start = (records: Records): void => {
  const all = Filter.select(records, Filter.none)
  const color = modelColors(records, all)
  let filter = Filter.parse(location.hash)

  const draw = () => {
    const rows = Filter.active(filter).length === 0 ? all : Filter.select(records, filter)
    const state: State = { records, filter, rows, total: getCost(records, rows), color, change }
    details.hidden = rows.length === 0
    keepFocus(() => {
      for (const part of parts) if (!details.hidden || !details.contains(part.element)) part.draw(state)
    })
  }
  const change = (change: Filter.Change) => {
    filter = { ...filter, ...change }
    const fragment = Filter.format(filter)
    // Typing an id makes no entry for each letter.
    const isTyping = Object.keys(change).length === 1 && "id" in change
    history[isTyping ? "replaceState" : "pushState"](null, "", `#${fragment}`)
    draw()
  }

  const total = status()
  const numbers = facts()
  const form = controls(records, all, change)
  const nothing = empty()
  const [sentences, overTime, card, failed, table] = [
    findings(),
    timeline(),
    scorecard(),
    fallbacks(),
    generations(records)
  ]
  const costs = bars([
    { id: "cost-by-model", title: "Cost by model", dimension: "model", first: 24 },
    { id: "cost-by-provider", title: "Cost by provider", dimension: "provider", first: 24 }
  ])
  const groups = bars([
    { id: "sessions", title: "Largest sessions", dimension: "session", first: 8 },
    { id: "apps", title: "Largest apps", dimension: "app", first: 8 }
  ])
  const distributions = histograms()
  const details = h(
    "div",
    {},
    sentences.element,
    overTime.element,
    pair(costs),
    card.element,
    pair(distributions),
    failed.element,
    pair(groups),
    table.element
  )
  const parts = [
    total,
    numbers,
    form,
    nothing,
    sentences,
    overTime,
    ...costs,
    card,
    ...distributions,
    failed,
    ...groups,
    table
  ]
  const { file, generated } = records.source
  document.body.prepend(
    h(
      "header",
      {},
      h("h1", {}, "OpenRouter generations"),
      h("p", { class: "note" }, name(file), `, as of ${generated.slice(0, 16).replace("T", " ")} UTC`)
    ),
    h(
      "main",
      {},
      ...notes(records).map((note) => h("p", { class: "warning" }, note)),
      h("div", { class: "card summary" }, total.element, numbers.element),
      form.element,
      nothing.element,
      details
    )
  )
  for (const event of ["popstate", "hashchange"]) {
    addEventListener(event, () => {
      if (Filter.format(filter) === Filter.format(Filter.parse(location.hash))) return
      filter = Filter.parse(location.hash)
      draw()
    })
  }
  draw()
}

start(decode(JSON.parse(document.getElementById("data")?.textContent ?? "")))
