import * as Usage from "@effect-openrouter/core/Usage"
import * as BigDecimal from "effect/BigDecimal"
import * as Format from "../output/format.js"
import { printable, printableJson } from "../output/printable.js"
import type { Out } from "../output/stdio.js"
import { block, maxLineWidth, table } from "../output/table.js"
import { wrap } from "../output/wrap.js"
import { csv } from "../report/summaryView.js"
import { type Check, differs, type Row, type Source, type Total, totalText } from "./compare.js"
import type { Reconciliation } from "./reconcileWith.js"
import { type Tolerance, toleranceText } from "./tolerance.js"

/** The names of what is compared. */
export const sourceNames: Readonly<Record<Source, string>> = {
  activity: "completed UTC days",
  key: "today (UTC)",
  credits: "credits used"
}

/** The highest number of differences that the text shows. */
const maxShown = 20

/** Returns the result as text: a line for each comparison, then the largest differences with their causes. */
export const reconciliationText = ({ checks, notes, rows, tolerance }: Reconciliation, out: Out): string => {
  const different = rows.filter(differs).toSorted((one, other) => BigDecimal.Order(other.off, one.off))
  return `${
    [
      checksText(checks, tolerance, out),
      ...different.slice(0, maxShown).map((row) => differenceText(row, out)),
      ...different.length > maxShown
        ? [`${Format.plural(different.length - maxShown, "smaller difference")} more: --csv and --json show all.`]
        : [],
      ...notes.length === 0 ? [] : [notes.map(({ text }) => noteText(text, out)).join("\n")]
    ].join("\n\n")
  }\n`
}

const noteText = (text: string, out: Out): string =>
  wrap(printable(text), out.columns() - 2).map((line, index) => `${index === 0 ? "-" : " "} ${line}`).join("\n")

const checksText = (checks: ReadonlyArray<Check>, tolerance: Tolerance, out: Out): string => {
  const result = ({ agrees, off }: Check): string =>
    agrees
      ? BigDecimal.isZero(off) ? "agrees" : `agrees within ${toleranceText(tolerance)}`
      : `differs by ${Format.usd(off)}`
  const asTable = table<Check>(
    [
      { title: "COMPARED", align: "left", cell: ({ source }) => sourceNames[source] },
      { title: "HERE", align: "point", cell: ({ here }) => Format.usd(here.cost) },
      { title: "OPENROUTER", align: "point", cell: ({ there }) => Format.usd(there.cost) },
      { title: "DIFFERENCE", align: "point", cell: ({ difference }) => Format.usd(difference) },
      { title: "RESULT", align: "left", cell: result }
    ],
    checks,
    out
  )
  return maxLineWidth(asTable) <= out.columns() ? asTable : checks.map((check) =>
    block(sourceNames[check.source], [
      ["here", Format.usd(check.here.cost)],
      ["OpenRouter", Format.usd(check.there.cost)],
      ["difference", Format.usd(check.difference)],
      ["result", result(check)]
    ], out)
  ).join("\n\n")
}

const differenceText = (row: Row, out: Out): string =>
  block(
    [
      row.day ?? sourceNames[row.source],
      row.source === "activity" ? printable(row.model ?? Format.unknown) : "all models"
    ]
      .join("  "),
    [
      ["here", totalText(row.here)],
      ["OpenRouter", totalText(row.there)],
      ["difference", Format.usd(row.difference)],
      ...row.explanations.map(({ text }, index) => [index === 0 ? "why" : "", text] as const)
    ],
    out
  )

const columns: ReadonlyArray<readonly [name: string, value: (row: Row) => string]> = [
  ["source", ({ source }) => source],
  ["day", ({ day }) => day ?? ""],
  ["model", ({ model }) => model ?? ""],
  ["count", ({ here }) => optional(here.count)],
  ["openrouter_count", ({ there }) => optional(there.count)],
  ["cost", ({ here }) => Usage.formatUsd(here.cost)],
  ["openrouter_cost", ({ there }) => Usage.formatUsd(there.cost)],
  ["difference", ({ difference }) => Usage.formatUsd(difference)],
  ["credits", ({ here }) => Usage.formatUsd(here.credits)],
  ["openrouter_credits", ({ there }) => Usage.formatUsd(there.credits)],
  ["byok", ({ here }) => Usage.formatUsd(here.byok)],
  ["openrouter_byok", ({ there }) => Usage.formatUsd(there.byok)],
  ["cost_unknown", ({ here }) => Format.plain(here.unknown)],
  ["causes", ({ explanations }) => explanations.map(({ kind }) => kind).join(" ")]
]

const optional = (value: number | null): string => value === null ? "" : Format.plain(value)

/** Returns all rows as CSV, also those that agree. */
export const reconciliationCsv = ({ rows }: Reconciliation): string =>
  csv([columns.map(([name]) => name), ...rows.map((row) => columns.map(([, value]) => value(row)))])

/** Returns all rows as NDJSON, and the result as the last line. Amounts are texts of plain decimal digits. */
export const reconciliationJson = ({ agrees, checks, notes, rows, tolerance }: Reconciliation): string =>
  [
    ...rows.map(({ day, difference, explanations, here, model, source, there }) => ({
      source,
      day,
      model,
      here: totalJson(here),
      openrouter: totalJson(there),
      difference: Usage.formatUsd(difference),
      explanations
    })),
    {
      agrees,
      tolerance: toleranceText(tolerance),
      checks: checks.map(({ agrees, difference, here, limit, off, source, there }) => ({
        source,
        agrees,
        here: totalJson(here),
        openrouter: totalJson(there),
        difference: Usage.formatUsd(difference),
        off: Usage.formatUsd(off),
        limit: Usage.formatUsd(limit)
      })),
      notes
    }
  ].map((value) => `${printableJson(JSON.stringify(value))}\n`).join("")

const totalJson = ({ byok, cost, count, credits, unknown }: Total) => ({
  count,
  cost: Usage.formatUsd(cost),
  credits: Usage.formatUsd(credits),
  byok: Usage.formatUsd(byok),
  unknown
})
