/**
 * The filter's controls.
 */
import { dayText } from "../days.js"
import * as Filter from "../filter.js"
import { type Dimension, dimensions, type Records } from "../records.js"
import { range, type Rows } from "../summary.js"
import * as Text from "../text.js"
import { button, h, list, name } from "./dom.js"
import type { Part, State } from "./view.js"

export const controls = (records: Records, all: Rows, change: (change: Filter.Change) => void): Part => {
  const days = range(records, all)
  const limits = days === null ? {} : { min: dayText(days[0]), max: dayText(days[1]) }
  const { timeZone } = records.source
  const selects = {
    model: select("all models", names(records, "model")),
    provider: select("all providers", names(records, "provider")),
    only: select("all generations", Object.entries(Filter.kinds))
  }
  const dates = {
    from: h("input", { type: "date", ...limits }),
    to: h("input", { type: "date", ...limits })
  }
  const id = h("input", { type: "search", autocomplete: "off", spellcheck: "false" })

  const listen = (control: HTMLElement, event: string, changed: () => Filter.Change) =>
    control.addEventListener(event, () => change(changed()))
  listen(selects.model, "change", () => ({ model: oneOrNone(selects.model.value) }))
  listen(selects.provider, "change", () => ({ provider: oneOrNone(selects.provider.value) }))
  listen(selects.only, "change", () => ({ only: selects.only.value as Filter.Kind | "" }))
  listen(dates.from, "change", () => ({ from: dates.from.value }))
  listen(dates.to, "change", () => ({ to: dates.to.value }))
  listen(id, "input", () => ({ id: id.value.trim() }))

  const chips = h("ul", { class: "chips", "aria-label": "More filters" })
  const element = h(
    "form",
    { class: "filters", "aria-label": "Filters", submit: (event) => event.preventDefault() },
    label("Model", selects.model, "wide"),
    label("Provider", selects.provider, "medium"),
    label(`From day (${timeZone})`, dates.from),
    label(`To day (${timeZone})`, dates.to),
    label("Show", selects.only, "medium"),
    label("Id contains", id),
    button({ key: "reset", click: () => change(Filter.none) }, "Reset filters"),
    chips
  )
  return {
    element,
    draw: ({ filter }) => {
      show(selects.model, filter.model)
      show(selects.provider, filter.provider)
      selects.only.value = filter.only
      dates.from.value = filter.from
      dates.to.value = filter.to
      if (id.value.trim() !== filter.id) id.value = filter.id
      chips.replaceChildren(...toChips(filter, change))
      chips.hidden = chips.childElementCount === 0
    }
  }
}

const oneOrNone = (value: string): ReadonlyArray<string> => value === "" ? [] : [value]

const names = (records: Records, dimension: Dimension): ReadonlyArray<readonly [string, string]> =>
  records[dimension].names.toSorted().map((name) => [name, name])

const select = (all: string, options: ReadonlyArray<readonly [value: string, text: string]>): HTMLSelectElement =>
  h("select", {}, h("option", { value: "" }, all), ...options.map(([value, text]) => h("option", { value }, text)))

const label = (text: string, control: HTMLElement, width = ""): HTMLElement =>
  h("label", { class: width }, h("span", {}, text), control)

/** Shows the only value. Several values, and one that the file does not have, leave the control blank: a chip names them. */
const show = (select: HTMLSelectElement, values: ReadonlyArray<string>): void => {
  if (values.length > 1) select.selectedIndex = -1
  else select.value = values[0] ?? ""
}

/** The values of the filter that have no control of their own. */
const toChips = (filter: Filter.Filter, change: (change: Filter.Change) => void): ReadonlyArray<HTMLElement> =>
  dimensions
    .filter((dimension) => filter[dimension].length > (dimension === "model" || dimension === "provider" ? 1 : 0))
    .map((dimension) =>
      h(
        "li",
        {},
        button(
          {
            key: `chip:${dimension}`,
            click: () => change({ [dimension]: [] }),
            attributes: { "aria-label": `Remove the filter ${dimension} ${filter[dimension].join(" or ")}` }
          },
          `${dimension} `,
          ...list(filter[dimension].map(name), "or"),
          h("span", { "aria-hidden": "true" }, " ✕")
        )
      )
    )

/** Replaces the charts and tables when the filter shows nothing. */
export const empty = (): Part => {
  const element = h("section", { class: "card empty", "aria-label": "No generations" })
  return {
    element,
    draw: (state) => {
      element.hidden = state.rows.length > 0
      element.replaceChildren(...element.hidden ? [] : emptyState(state))
    }
  }
}

const emptyState = ({ change, filter, records }: State): ReadonlyArray<HTMLElement> => {
  const active = Filter.active(filter)
  if (active.length === 0) return [h("p", { class: "message" }, "No generations in this file.")]
  const without = active
    .map((field) => ({ field, count: Filter.select(records, { ...filter, [field]: Filter.none[field] }).length }))
    .filter(({ count }) => count > 0)
  return [
    h(
      "p",
      { class: "message" },
      "No generations ",
      ...list(active.map((field) => h("span", {}, ...describe(filter, field))), "and"),
      "."
    ),
    h(
      "p",
      { class: "choices" },
      ...without.map(({ count, field }) =>
        button(
          { key: `without:${field}`, click: () => change({ [field]: Filter.none[field] }) },
          "Remove “",
          ...describe(filter, field),
          "”",
          `: ${Text.plural(count, "generation")}`
        )
      ),
      button({ key: "reset-empty", click: () => change(Filter.none) }, "Reset filters")
    )
  ]
}

/** Returns a part of the filter in words: `with model a/one or b/two`, `from 2026-11-03`. */
const describe = (filter: Filter.Filter, field: keyof Filter.Filter): ReadonlyArray<Node | string> => {
  if (field === "from") return [`from ${filter.from}`]
  if (field === "to") return [`to ${filter.to}`]
  if (field === "only") return filter.only === "" ? [] : [Filter.kinds[filter.only]]
  if (field === "id") return ["with id containing ", name(filter.id)]
  return [`with ${field} `, ...list(filter[field].map(name), "or")]
}
