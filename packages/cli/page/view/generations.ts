import { csv } from "../csv.js"
import * as Decimal from "../decimal.js"
import { type Records, unknown } from "../records.js"
import { type Order, type SortColumn, sorter } from "../sorting.js"
import * as Text from "../text.js"
import { button, h, isNarrow, name, section } from "./dom.js"
import * as Table from "./table.js"
import type { Part, State } from "./view.js"

const perPage = isNarrow() ? 10 : 25

interface Column extends Table.Column {
  readonly column: SortColumn
  readonly cell: (records: Records, record: number) => Table.Cell
}

/** The table of the generations that are shown, all of them, on pages. */
export const generations = (records: Records): Part => {
  const time = new Intl.DateTimeFormat("sv-SE", {
    timeZone: records.source.timeZone,
    dateStyle: "short",
    timeStyle: "medium"
  })
  const columns: ReadonlyArray<Column> = [
    {
      column: "created",
      title: `Created (${records.source.timeZone})`,
      cell: ({ created }, record) =>
        Number.isNaN(created[record]) ? Table.text(unknown, "time") : {
          class: "time",
          content: time.format(created[record]).split(" ").flatMap((part) => [h("span", {}, part), " "])
        }
    },
    { column: "id", title: "Id", cell: ({ id }, record) => ({ content: [name(id[record] ?? "")], class: "id" }) },
    nameColumn("model", "Model"),
    nameColumn("provider", "Provider"),
    numberColumn("tokensIn", "Tokens in", Text.count),
    numberColumn("tokensOut", "Tokens out", Text.count),
    {
      column: "cost",
      title: "Cost",
      isNumber: true,
      cell: ({ cost, isByok, knownCost, scale }, record) => {
        const cell = Table.text(Number.isNaN(cost[record]) ? unknown : Decimal.usd(knownCost[record] ?? 0n, scale))
        return {
          class: `${cell.class} wide`,
          content: [...cell.content, ...isByok[record] === 1 ? [badge("own key")] : []]
        }
      }
    },
    numberColumn("timeToFirstToken", "First token, ms", Text.count),
    numberColumn("tokensPerSecond", "Tokens/s", Text.speed),
    numberColumn("tokensPerSecondAfterFirstToken", "Tokens/s after first", Text.speed),
    {
      column: "failedAttempts",
      title: "Failed attempts",
      isNumber: true,
      cell: ({ failedAttempts, isCancelled }, record) => {
        const cell = Table.text(Text.count(failedAttempts[record]), (failedAttempts[record] ?? 0) > 0 ? "failed" : "")
        return { ...cell, content: [...cell.content, ...isCancelled[record] === 1 ? [badge("cancelled")] : []] }
      }
    }
  ]
  const sort = sorter(records)
  let order: Order = { column: "created", descending: true }
  let page = 0
  let state: State | undefined
  let sortedRows: Uint32Array = new Uint32Array()

  const table = Table.table("Generations", columns, (_, index) => {
    const column = columns[index]
    return button({
      key: `sort:${index}`,
      click: () => {
        if (column === undefined) return
        order = {
          column: column.column,
          descending: order.column === column.column ? !order.descending : column.isNumber === true
        }
        page = 0
        sortRows()
      }
    }, column?.title ?? "")
  })
  const position = h("span", { "aria-live": "polite" })
  const turn = (label: string, by: number) =>
    button({
      key: `page:${label}`,
      click: () => {
        page += by
        drawPage()
        // A button that has become disabled loses the focus.
        const [, other] = by > 0 ? [next, previous] : [previous, next]
        if ((by > 0 ? next : previous).disabled) other.focus()
      }
    }, label)
  const previous = turn("Previous", -1)
  const next = turn("Next", 1)

  const drawPage = () => {
    table.draw(
      Array.from(
        sortedRows.subarray(page * perPage, (page + 1) * perPage),
        (record) => columns.map(({ cell }) => cell(records, record))
      )
    )
    previous.disabled = page === 0
    next.disabled = (page + 1) * perPage >= sortedRows.length
    position.textContent = sortedRows.length === 0
      ? "none"
      : `${Text.count(page * perPage + 1)}–${Text.count(Math.min(sortedRows.length, (page + 1) * perPage))} of ${
        Text.count(sortedRows.length)
      }`
  }
  const sortRows = () => {
    sortedRows = sort(state?.rows ?? new Uint32Array(), order)
    columns.forEach(({ column }, index) => {
      table.headers[index]?.setAttribute(
        "aria-sort",
        column !== order.column ? "none" : order.descending ? "descending" : "ascending"
      )
    })
    drawPage()
  }
  return {
    element: section(
      "generations",
      "All generations",
      h(
        "div",
        { class: "bar" },
        h("p", { class: "note" }, "The title of a column sorts by it, over all pages."),
        button({ key: "csv", click: () => download(csv(records, sortedRows)) }, "Download CSV")
      ),
      table.element,
      h("div", { class: "pages" }, previous, next, position)
    ),
    draw: (next) => {
      state = next
      page = 0
      sortRows()
    }
  }
}

const badge = (text: string): HTMLElement => h("span", { class: "badge" }, text)

const nameColumn = (column: "model" | "provider", title: string): Column => ({
  column,
  title,
  cell: (records, record) => {
    const text = records[column].names[records[column].of[record] ?? 0] ?? ""
    return { content: [name(text)], class: text === unknown ? `${column} unknown` : column }
  }
})

const numberColumn = (
  column: "tokensIn" | "tokensOut" | "timeToFirstToken" | "tokensPerSecond" | "tokensPerSecondAfterFirstToken",
  title: string,
  format: (value: number | undefined) => string
): Column => ({
  column,
  title,
  isNumber: true,
  cell: (records, record) => Table.text(format(records[column][record]))
})

const download = (text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }))
  h("a", { href: url, download: "openrouter-generations.csv" }).click()
  // The browser has the blob by the time that the click returns, but some read it later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
