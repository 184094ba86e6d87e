/**
 * The cost of what is shown, and the facts beside it.
 */
import { dayText } from "../days.js"
import * as Decimal from "../decimal.js"
import { amount, quantiles, range, sum } from "../summary.js"
import * as Text from "../text.js"
import { h } from "./dom.js"
import type { Part, State } from "./view.js"

/** The total: the largest text of the page. Screen readers announce it when a filter changes it. */
export const status = (): Part => {
  const element = h("div", { role: "status", class: "status" })
  return {
    element,
    draw: ({ records, rows, total }) => {
      const days = range(records, rows)
      const { timeZone } = records.source
      const period = days === null
        ? `${total.count === 0 ? "" : "no dates, "}times in ${timeZone}`
        : `${days[0] === days[1] ? dayText(days[0]) : `${dayText(days[0])} to ${dayText(days[1])}`} (${timeZone})`
      const amount = total.count > 0 && total.unknown === total.count && total.cost === 0n
        ? "unknown cost"
        : Decimal.usd(total.cost, records.scale)
      const figure = h("p", { class: "total" }, amount)
      // The longer the amount, the smaller it is: it stays on one line.
      figure.style.setProperty("--length", String(amount.length))
      element.replaceChildren(
        figure,
        h(
          "p",
          { class: "counts" },
          `${Text.plural(total.count, "generation")}, ${Text.plural(total.unknown, "unknown cost")}`
        ),
        h("p", { class: "period" }, period)
      )
    }
  }
}

/** Cost for each generation, its parts, times and tokens. */
export const facts = (): Part => {
  const element = h("dl", { class: "facts" })
  return {
    element,
    draw: (state) => {
      element.hidden = state.rows.length === 0
      if (!element.hidden) element.replaceChildren(...toFacts(state))
    }
  }
}

const toFacts = ({ records, rows, total }: State): ReadonlyArray<HTMLElement> => {
  const { scale } = records
  const usd = (column: ReadonlyArray<bigint | null>) => {
    const sum = amount(column, rows)
    return sum === null ? Text.count(null) : Decimal.usd(sum, scale)
  }
  const known = total.count - total.unknown
  const cost = quantiles(records.cost, rows)
  const firstToken = quantiles(records.timeToFirstToken, rows)
  const speed = quantiles(records.tokensPerSecond, rows)
  const tokensIn = sum(records.tokensIn, rows)
  const cached = sum(records.tokensCached, rows)
  const saved = amount(records.cacheDiscount, rows)
  const average = (sum(records.cost, rows) ?? NaN) / known
  return [
    fact("Cost per generation", Text.about(average), `p50 ${Text.about(cost?.p50)}, p95 ${Text.about(cost?.p95)}`),
    fact("Credits", usd(records.credits), "charged by OpenRouter"),
    fact("Own keys (BYOK)", usd(records.byok), "charged by the providers"),
    fact(
      "Prompt caching",
      saved === null
        ? Text.count(null)
        : saved < 0n
        ? `added ${Decimal.usd(-saved, scale)}`
        : `saved ${Decimal.usd(saved, scale)}`,
      `${Text.count(cached)} cached tokens`
    ),
    fact("First token", `p50 ${Text.millis(firstToken?.p50)}`, `p95 ${Text.millis(firstToken?.p95)}`),
    fact("Output speed", `p50 ${Text.speed(speed?.p50)} tokens/s`, `p95 ${Text.speed(speed?.p95)}`),
    fact("Tokens in", Text.count(tokensIn), "prompts, as billed"),
    fact(
      "Tokens out",
      Text.count(sum(records.tokensOut, rows)),
      `${Text.count(sum(records.tokensReasoning, rows))} of reasoning`
    )
  ]
}

const fact = (title: string, value: string, note: string): HTMLElement =>
  h("div", {}, h("dt", {}, title), h("dd", {}, value), h("dd", { class: "note" }, note))
