import * as Usage from "@effect-openrouter/core/Usage"
import type * as BigDecimal from "effect/BigDecimal"
import * as Format from "../output/format.js"
import { printable } from "../output/printable.js"
import type { Out } from "../output/stdio.js"
import { block, type Column, maxLineWidth, shorten, table } from "../output/table.js"
import type { ComparedGroup } from "./comparison.js"
import type { KeyName, KeyValue } from "./grouping.js"

/** A column of figures, as text, CSV or Markdown. */
interface Figure {
  readonly title: string
  readonly csv: string
  readonly align: "point" | "right"
  readonly text: (group: ComparedGroup) => string
  /** The value without formatting; empty if it is unknown. */
  readonly plain: (group: ComparedGroup) => string
}

const number = (value: number | null): string => value === null ? "" : Format.plain(value)

/** Marks a percentile that is approximate. */
const quantile = (
  quantiles: Usage.Quantiles | null,
  rank: "p50" | "p95",
  show: (value: number | null) => string
): string => (quantiles?.exact === false ? "~" : "") + show(quantiles?.[rank] ?? null)

type Group = ComparedGroup["group"]

const countFigure = (title: string, column: string, count: (group: Group) => number | null): Figure => ({
  title,
  csv: column,
  align: "right",
  text: ({ group }) => Format.count(count(group)),
  plain: ({ group }) => number(count(group))
})

const quantileFigure = (
  title: string,
  column: string,
  rank: "p50" | "p95",
  show: (value: number | null) => string,
  quantiles: (group: Group) => Usage.Quantiles | null
): Figure => ({
  title,
  csv: column,
  align: "right",
  text: ({ group }) => quantile(quantiles(group), rank, show),
  plain: ({ group }) => number(quantiles(group)?.[rank] ?? null)
})

const amountFigure = (
  title: string,
  column: string,
  amount: (group: ComparedGroup) => BigDecimal.BigDecimal | null
): Figure => ({
  title,
  csv: column,
  align: "point",
  text: (group) => Format.usd(amount(group)),
  plain: (group) => {
    const exact = amount(group)
    return exact === null ? "" : Usage.formatUsd(exact)
  }
})

const figures: ReadonlyArray<Figure> = [
  countFigure("COUNT", "count", ({ count }) => count),
  amountFigure("COST", "cost", ({ group }) => group.cost.effective),
  countFigure("COST UNKNOWN", "cost_unknown", ({ cost }) => cost.unknown),
  countFigure("TOKENS IN", "tokens_in", ({ tokens }) => tokens.prompt),
  countFigure("OUT", "tokens_out", ({ tokens }) => tokens.completion),
  quantileFigure("TOKENS/S p50", "tokens_per_second_p50", "p50", Format.speed, (group) => group.tokensPerSecond),
  quantileFigure(
    "AFTER FIRST p50",
    "tokens_per_second_after_first_token_p50",
    "p50",
    Format.speed,
    (group) => group.tokensPerSecondAfterFirstToken
  ),
  quantileFigure("FIRST TOKEN p50", "first_token_ms_p50", "p50", Format.millis, (group) => group.timeToFirstToken),
  quantileFigure("p95", "first_token_ms_p95", "p95", Format.millis, (group) => group.timeToFirstToken),
  countFigure("FAILED ATTEMPTS", "failed_attempts", ({ failedAttempts }) => failedAttempts)
]

const comparison: ReadonlyArray<Figure> = [
  amountFigure("COST THERE", "other_cost", ({ other }) => other?.group.cost.effective ?? null),
  amountFigure("DIFFERENCE", "difference", ({ other }) => other?.difference ?? null)
]

/** The figures of a report; a comparison stands beside the cost. */
const figuresFor = (groups: ReadonlyArray<ComparedGroup>): ReadonlyArray<Figure> =>
  groups.some(({ other }) => other !== null)
    ? [...figures.slice(0, 2), ...comparison, ...figures.slice(2)]
    : figures

/** The content of a report. */
export interface Summary {
  readonly names: ReadonlyArray<KeyName>
  readonly timeZone: string
  readonly groups: ReadonlyArray<ComparedGroup>
  readonly total: ComparedGroup
}

const title = (name: KeyName, timeZone: string): string => name === "day" ? `DAY (${timeZone})` : name.toUpperCase()

const keyText = (value: KeyValue | undefined): string => printable(String(value ?? Format.unknown))

/** The width to which names are shortened so that a table fits. */
const minNameWidth = 24

/** Returns the groups as a table with a total, or as one block for each group where the table does not fit. */
export const summaryText = ({ groups, names, timeZone, total }: Summary, out: Out): string => {
  const columns = out.columns()
  const shown = figuresFor(groups)
  const makeTable = (nameWidth: number) => {
    const keys = names.map((name, index): Column<ComparedGroup> => ({
      title: title(name, timeZone),
      align: "left",
      cell: (group) =>
        group === total ? index === 0 ? "total" : "" : shorten(keyText(group.group.key[index]), nameWidth)
    }))
    const values = shown.map((figure): Column<ComparedGroup> => ({ ...figure, cell: figure.text }))
    return table([...keys, ...values], groups, out, total)
  }
  for (const nameWidth of [Number.POSITIVE_INFINITY, minNameWidth]) {
    const text = makeTable(nameWidth)
    if (maxLineWidth(text) <= columns) return `${text}\n`
  }
  const blocks = [...groups, total].map((group) => {
    const heading = group === total ? "total" : names.map((_, index) => keyText(group.group.key[index])).join("  ")
    return block(heading, shown.map((figure) => [blockName(figure.title), figure.text(group)]), out)
  })
  const heading = names.map((name) => title(name, timeZone)).join(", ")
  return `${out.style("dim", heading)}\n\n${blocks.join("\n\n")}\n`
}

const blockName = (title: string): string =>
  ({ OUT: "tokens out", p95: "first token p95", "TOKENS/S p50": "tokens/s p50", "FIRST TOKEN p50": "first token p50" })[
    title
  ] ??
    title.toLowerCase()

/** Returns the groups as CSV with a line of names and no total. */
export const summaryCsv = ({ groups, names }: Summary): string => {
  const shown = figuresFor(groups)
  return csv([
    [...names, ...shown.map(({ csv }) => csv)],
    ...groups.map((each) => [
      ...each.group.key.map((value) => String(value ?? "")),
      ...shown.map(({ plain }) => plain(each))
    ])
  ])
}

/** Returns rows as CSV of RFC 4180. Control characters, which no name has, do not reach a terminal. */
export const csv = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("")

const csvCell = (text: string): string => {
  const lines = text.split(/\r\n|\n|\r/).map(printable).join("\n")
  return /[",\n]/.test(lines) ? `"${lines.replaceAll("\"", "\"\"")}"` : lines
}

/** Returns the groups as a Markdown table with a total. */
export const summaryMarkdown = ({ groups, names, timeZone, total }: Summary): string => {
  const shown = figuresFor(groups)
  const cells = (each: ComparedGroup) => [
    ...names.map((_, index) => each === total ? index === 0 ? "total" : "" : markdown(keyText(each.group.key[index]))),
    ...shown.map((figure) => markdown(figure.text(each)))
  ]
  return [
    row([
      ...names.map((name) => name === "day" ? `Day (${markdown(timeZone)})` : heading(name.toUpperCase())),
      ...shown.map(({ title }) => heading(title))
    ]),
    row([...names.map(() => "---"), ...shown.map(() => "---:")]),
    ...[...groups, total].map((each) => row(cells(each)))
  ].join("")
}

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |\n`

const heading = (text: string): string => markdown(text.charAt(0) + text.slice(1).toLowerCase())

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "\\|", "\\": "\\\\" }

/** Returns a text as the content of a Markdown cell. */
const markdown = (text: string): string =>
  text.replaceAll(/[&<>|\\]/g, (character) => entities[character] ?? character).replaceAll(/([*_`[\]~])/g, "\\$1")

/** Returns a group as a line of NDJSON; amounts are texts of plain decimal digits. */
export const summaryLine = (names: ReadonlyArray<KeyName>, { group, other }: ComparedGroup): string => {
  const { key, ...figures } = group
  return JSON.stringify({
    ...Object.fromEntries(names.map((name, index) => [name, key[index] ?? null])),
    ...figures,
    cost: amounts(group),
    ...other === null
      ? {}
      : {
        other: { count: other.group.count, cost: amounts(other.group) },
        difference: Usage.formatUsd(other.difference)
      }
  })
}

const amounts = ({ cost: { byok, credits, effective, known, unknown } }: ComparedGroup["group"]) => ({
  effective: Usage.formatUsd(effective),
  credits: Usage.formatUsd(credits),
  byok: Usage.formatUsd(byok),
  known,
  unknown
})
