import type { Line } from "./lines.js"

/** One row of a CSV file: its cells without quotes and blanks around them, and the number of its first line. */
export interface Row {
  readonly cells: ReadonlyArray<string>
  readonly line: number
}

/** Reads CSV line by line. The separator is a comma, a semicolon or a tab, whichever the first row has most of. */
export class CsvReader {
  #separator: string | null = null
  #text = ""
  #line = 0

  push(line: Line): ReadonlyArray<Row> {
    if (this.#text === "") {
      const text = line.text.trim()
      if (text === "" || text.startsWith("#")) return []
      this.#line = line.number
      this.#separator ??= separatorIn(text)
    }
    this.#text += this.#text === "" ? line.text : `\n${line.text}`
    return hasOpenQuote(this.#text, this.#separator ?? ",") && this.#text.length < 1_000_000 ? [] : this.end()
  }

  /** Returns the row that is not complete yet. */
  end(): ReadonlyArray<Row> {
    if (this.#text === "") return []
    const row = { cells: split(this.#text, this.#separator ?? ","), line: this.#line }
    this.#text = ""
    return [row]
  }
}

const separatorIn = (text: string): string => {
  const [first = ","] = [",", ";", "\t"]
    .map((separator) => ({ separator, count: split(text, separator).length }))
    .toSorted((one, other) => other.count - one.count)
    .map(({ separator }) => separator)
  return first
}

/** A quoted cell, or one that is not; a quote inside of a quoted cell is doubled. */
const cellPattern = (separator: string): RegExp =>
  new RegExp(`[ ]*(?:"((?:[^"]|"")*)"|'([^']*)'|([^${separator}]*))[ ]*(${separator}|$)`, "y")

const split = (text: string, separator: string): ReadonlyArray<string> => {
  const pattern = cellPattern(separator)
  const cells: Array<string> = []
  while (pattern.lastIndex <= text.length) {
    const match = pattern.exec(text)
    // A quote in the middle of a cell: the row is taken as it is.
    if (match === null) return text.split(separator).map((cell) => cell.trim())
    cells.push((match[1]?.replaceAll("\"\"", "\"") ?? match[2] ?? match[3] ?? "").trim())
    if (match[4] === "") break
  }
  return cells
}

const hasOpenQuote = (text: string, separator: string): boolean =>
  text.includes("\"") &&
  new RegExp(`(?:^|${separator})[ ]*"(?:[^"]|"")*$`).test(text) && (text.split("\"").length - 1) % 2 === 1
