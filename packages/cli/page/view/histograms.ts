/**
 * Distributions of times and speeds, side by side, with one scale.
 */
import { type Histogram, histogram } from "../histogram.js"
import { knownValues, quantiles } from "../summary.js"
import * as Text from "../text.js"
import { h, section } from "./dom.js"
import type { Part, State } from "./view.js"

interface Distribution {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly column: "timeToFirstToken" | "tokensPerSecond"
}

const distributions: ReadonlyArray<Distribution> = [
  { id: "first-token", title: "First token", unit: "ms", column: "timeToFirstToken" },
  { id: "output-speed", title: "Output speed", unit: "tokens/s", column: "tokensPerSecond" }
]

export const histograms = (): ReadonlyArray<Part> => {
  const drawn = { state: undefined as State | undefined, all: [] as ReadonlyArray<Histogram | null>, most: 0 }
  const refresh = (state: State) => {
    if (drawn.state === state) return
    drawn.state = state
    drawn.all = distributions.map(({ column }) => histogram(knownValues(state.records[column], state.rows)))
    drawn.most = Math.max(1, ...drawn.all.flatMap((histogram) => histogram?.bins.map(({ count }) => count) ?? []))
  }
  return distributions.map((distribution, index) =>
    chart(distribution, (state) => {
      refresh(state)
      return { histogram: drawn.all[index] ?? null, most: drawn.most }
    })
  )
}

const chart = (
  { column, id, title, unit }: Distribution,
  model: (state: State) => { readonly histogram: Histogram | null; readonly most: number }
): Part => {
  const note = h("p", { class: "note" })
  const list = h("ul", { class: "bins" })
  const axis = h("div", { class: "axis", "aria-hidden": "true" })
  const scale = h("div", { class: "scale", "aria-hidden": "true" })
  const figure = h("figure", { "aria-labelledby": `${id}-title` }, h("div", { class: "plot" }, scale, list, axis))
  return {
    element: section(id, title, note, figure),
    draw: (state) => {
      const { histogram, most } = model(state)
      const known = quantiles(state.records[column], state.rows)
      figure.hidden = histogram === null
      if (histogram === null || known === null) {
        note.textContent = "Not known of any of these generations."
        return
      }
      const { above, bins, highest } = histogram
      note.textContent = `Half of the generations are at most ${number(known.p50)} ${unit}, 95\u00a0% at most ${
        number(known.p95)
      } ${unit}.${above === 0 ? "" : ` Not drawn: ${Text.count(above)} above, up to ${number(highest)} ${unit}.`}`
      list.replaceChildren(...bins.map(({ count, from, to }) => {
        const bar = h("span", { class: "stack plain" })
        bar.style.blockSize = `${100 * count / most}%`
        return h(
          "li",
          { title: `${number(from)} to ${number(to)} ${unit}: ${Text.count(count)}` },
          bar,
          h("span", { class: "hidden" }, `${number(from)} to ${number(to)} ${unit}: ${Text.count(count)}`)
        )
      }))
      figure.style.setProperty("--bars", String(bins.length))
      scale.replaceChildren(
        ...(most % 2 === 0 ? [most, most / 2, 0] : [most, 0]).map((count) => h("span", {}, Text.count(count)))
      )
      const [first, last] = [bins[0], bins.at(-1)]
      axis.replaceChildren(
        h("span", {}, number(first?.from ?? 0)),
        h("span", {}, unit),
        h("span", {}, number(last?.to ?? 0))
      )
    }
  }
}

const number = (value: number): string => Text.count(value)
