import type * as Usage from "@effect-openrouter/core/Usage"
import * as BigDecimal from "effect/BigDecimal"
import * as Format from "../output/format.js"
import { type Column, table } from "../output/table.js"
import { type Out, printable } from "../output/terminal.js"

/** A summary whose key is a text. */
export type TextSummary = Usage.Summary<string | null>

/** Summaries as a table, the dearest first (days in their order), with the total of all. */
export const summariesView = (
  by: string,
  summaries: ReadonlyArray<TextSummary>,
  total: TextSummary,
  out: Out
): string => {
  const known: ReadonlyArray<Column<TextSummary>> = [
    { title: by.toUpperCase(), align: "left", cell: ({ key }) => printable(key ?? Format.unknown) },
    ...columns
  ]
  return `${table(known, summaries, out, { ...total, key: "total" })}\n`
}

const columns: ReadonlyArray<Column<TextSummary>> = [
  { title: "COUNT", align: "right", cell: ({ count }) => Format.count(count) },
  { title: "COST", align: "point", cell: ({ cost }) => Format.exactUsd(cost.effective) },
  { title: "COST UNKNOWN", align: "right", cell: ({ cost }) => Format.count(cost.unknown) },
  { title: "TOKENS IN", align: "right", cell: ({ tokens }) => Format.count(tokens.prompt) },
  { title: "OUT", align: "right", cell: ({ tokens }) => Format.count(tokens.completion) },
  { title: "TOKENS/S p50", align: "right", cell: ({ tokensPerSecond }) => Format.speed(tokensPerSecond?.p50 ?? null) },
  {
    title: "FIRST TOKEN p50",
    align: "right",
    cell: ({ timeToFirstToken }) => Format.millis(timeToFirstToken?.p50 ?? null)
  },
  { title: "p95", align: "right", cell: ({ timeToFirstToken }) => Format.millis(timeToFirstToken?.p95 ?? null) },
  { title: "FAILED ATTEMPTS", align: "right", cell: ({ failedAttempts }) => Format.count(failedAttempts) }
]

/** A summary as a line of NDJSON; sums of money are texts, exact to the last digit. */
export const summaryLine = (by: string, { key, ...summary }: TextSummary): string => {
  const { byok, credits, effective, known, unknown } = summary.cost
  return JSON.stringify({
    [by]: key,
    ...summary,
    cost: {
      effective: BigDecimal.format(effective),
      credits: BigDecimal.format(credits),
      byok: BigDecimal.format(byok),
      known,
      unknown
    }
  })
}

/** Days in their order, else the dearest first. */
export const inOrder = (by: string, summaries: ReadonlyArray<TextSummary>): ReadonlyArray<TextSummary> =>
  summaries.toSorted((one, other) =>
    by === "day"
      ? (one.key ?? "").localeCompare(other.key ?? "")
      : BigDecimal.Order(other.cost.effective, one.cost.effective)
  )
