/**
 * Tables that become a card for each row on a narrow screen. The roles are explicit, because some browsers take a
 * table's away when its display changes.
 */
import { h } from "./dom.js"

/** A column: its title, and whether its cells are numbers. */
export interface Column {
  readonly title: string
  readonly isNumber?: boolean
}

export interface Cell {
  readonly content: ReadonlyArray<Node | string>
  readonly class?: string
}

/** Returns a table, and a function that sets its rows. `head` makes the content of a column's header. */
export const table = (
  caption: string,
  columns: ReadonlyArray<Column>,
  head: (column: Column, index: number) => Node | string = ({ title }) => title
) => {
  const headers = columns.map((column, index) =>
    h(
      "th",
      { scope: "col", role: "columnheader", class: column.isNumber === true ? "number" : "" },
      head(column, index)
    )
  )
  const body = h("tbody", { role: "rowgroup" })
  const element = h(
    "table",
    { role: "table" },
    h("caption", { class: "hidden" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...headers)),
    body
  )
  const row = (cells: ReadonlyArray<Cell>) =>
    h(
      "tr",
      { role: "row" },
      ...cells.map((cell, index) => {
        const column = columns[index]
        return h(
          "td",
          {
            role: "cell",
            "data-label": column?.title ?? "",
            class: [column?.isNumber === true ? "number" : "", cell.class ?? ""].join(" ").trim()
          },
          h("span", {}, ...cell.content)
        )
      })
    )
  return {
    element,
    headers,
    draw: (rows: ReadonlyArray<ReadonlyArray<Cell>>) => body.replaceChildren(...rows.map(row))
  }
}

/** A cell of a text; `unknown` is set apart. */
export const text = (content: string, name = ""): Cell => ({
  content: [content],
  class: content === "unknown" ? `${name} unknown` : name
})
