import type { Out } from "./terminal.js"

/** One column of a table of `A`. */
export interface Column<in A> {
  readonly title: string
  /** Words stand left, numbers right; `point` sets the decimal points under each other. */
  readonly align: "left" | "point" | "right"
  readonly cell: (row: A) => string
}

/** A table with a line of titles; `last` is set apart from the rows, as totals are. */
export const table = <A>(columns: ReadonlyArray<Column<A>>, rows: ReadonlyArray<A>, out: Out, last?: A): string => {
  const texts = columns.map(({ align, cell, title }) => {
    const cells = [...rows, ...last === undefined ? [] : [last]].map(cell)
    const aligned = align === "point" ? alignPoints(cells) : cells
    const width = aligned.reduce((width, { length }) => Math.max(width, length), title.length)
    const pad = (text: string) => align === "left" ? text.padEnd(width) : text.padStart(width)
    return { title: pad(title), rule: "─".repeat(width), cells: aligned.map(pad) }
  })
  const lines = [...rows.keys()].map((row) => line(texts.map(({ cells }) => cells[row] ?? "")))
  return [
    out.style("bold", line(texts.map(({ title }) => title))),
    ...lines,
    ...last === undefined ? [] : [
      out.style("dim", line(texts.map(({ rule }) => rule))),
      line(texts.map(({ cells }) => cells[rows.length] ?? ""))
    ]
  ].join("\n")
}

const line = (texts: ReadonlyArray<string>): string => texts.join("  ").trimEnd()

/** Fills up what is behind the points, so that numbers of different precision can be compared at a glance. */
const alignPoints = (cells: ReadonlyArray<string>): ReadonlyArray<string> => {
  const most = cells.reduce((most, cell) => Math.max(most, behindPoint(cell)), 0)
  return cells.map((cell) => cell.includes(".") ? cell + " ".repeat(most - behindPoint(cell)) : cell)
}

const behindPoint = (cell: string): number => cell.includes(".") ? cell.length - cell.indexOf(".") : 0
