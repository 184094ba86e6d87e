import type { Out } from "./stdio.js"
import { wrap } from "./wrap.js"

/** One column of a table of `A`. */
export interface Column<in A> {
  readonly title: string
  /** Words are aligned left, numbers right, and amounts of money at their decimal points. */
  readonly align: "left" | "point" | "right"
  readonly cell: (row: A) => string
}

/** Returns a table with a line of titles. A rule separates `last` from the rows, as for a total. */
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

/** Returns the width of the widest line of a text without styles. */
export const maxLineWidth = (text: string): number =>
  text.split("\n").reduce((width, line) => Math.max(width, stripStyles(line).length), 0)

const stripStyles = (text: string): string => text.replaceAll(/\p{Cc}\[[\d;]*m/gu, "")

/** Returns a block for one row: a title, then each name and value. It fits the width; a long name is shortened. */
export const block = (title: string, rows: ReadonlyArray<readonly [name: string, value: string]>, out: Out): string => {
  const width = rows.reduce((width, [name]) => Math.max(width, name.length), 0) + 2
  const room = Math.max(10, out.columns() - width - 2)
  return [
    out.style("bold", shorten(title, out.columns())),
    ...rows.flatMap(([name, value]) =>
      wrap(value, room).map((line, index) =>
        `  ${out.style("dim", (index === 0 ? name : "").padEnd(width))}${shorten(line, room)}`
      )
    )
  ].join("\n")
}

/** Shortens a text in the middle, so that its beginning and its end can be read: `anthropic/cl…0250929`. */
export const shorten = (text: string, width: number): string => {
  if (text.length <= width || width < 3) return text
  const end = Math.floor((width - 1) / 2)
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`
}

const line = (texts: ReadonlyArray<string>): string => texts.join("  ").trimEnd()

/** Pads the right side, so that numbers of different precision have their decimal points below each other. */
const alignPoints = (cells: ReadonlyArray<string>): ReadonlyArray<string> => {
  const most = cells.reduce((most, cell) => Math.max(most, lengthAfterPoint(cell)), 0)
  return cells.map((cell) => cell.includes(".") ? cell + " ".repeat(most - lengthAfterPoint(cell)) : cell)
}

const lengthAfterPoint = (cell: string): number => cell.includes(".") ? cell.length - cell.indexOf(".") : 0
