import { type Line, maxLineBytes } from "./lines.js"

/** A JSON value of a file, or a part of the file that is not JSON. */
export type Piece =
  | { readonly _tag: "Value"; readonly value: unknown; readonly line: number; readonly bytes: number }
  | Damage

/** Text that is not JSON. */
export interface Damage {
  readonly _tag: "Damage"
  readonly text: string
  /** The number of its first line. */
  readonly line: number
  readonly lines: number
  readonly bytes: number
  /** True if the file ends in it without a line end. */
  readonly isOpen: boolean
}

/**
 * Reads the JSON values of a file line by line: NDJSON, pretty-printed values over several lines, and the elements of a
 * top-level array. `startsRecord` recognizes a line that begins a new value even if the one before it is not complete.
 */
export class JsonReader {
  #pending: Array<Line> = []
  #text = ""
  #depth = 0

  readonly #startsRecord: (text: string) => boolean

  constructor(startsRecord: (text: string) => boolean) {
    this.#startsRecord = startsRecord
  }

  push(line: Line): ReadonlyArray<Piece> {
    const text = line.text.trim()
    if (line.isTooLong) return [...this.end(), damage([line])]
    if (this.#pending.length > 0) {
      if (this.#startsRecord(text)) return [...this.end(), ...this.push(line)]
      return this.#scan(line, text)
    }
    if (text === "") return line.isOpen && line.bytes > 0 && line.text === "" ? [damage([line])] : []
    const value = parse(text)
    if (value !== undefined) {
      return Array.isArray(value)
        ? elements(value, line)
        : [{ _tag: "Value", value, line: line.number, bytes: line.bytes }]
    }
    return this.#scan(line, text)
  }

  /** Returns what the last lines left incomplete. */
  end(): ReadonlyArray<Piece> {
    const lines = this.#pending
    this.#reset()
    return lines.length === 0 ? [] : [damage(lines)]
  }

  /** Reads a line that is not one whole value: punctuation of an array, or a part of a value. */
  #scan(line: Line, text: string): ReadonlyArray<Piece> {
    const pieces: Array<Piece> = []
    this.#pending.push(line)
    const spoiled = () => {
      const lines = this.#pending
      this.#reset()
      return [damage(lines)]
    }
    let start = 0
    structure.lastIndex = 0
    for (let match = structure.exec(text); match !== null; match = structure.exec(text)) {
      const [token] = match
      if (this.#depth === 0) {
        // Between the elements of an array there are only commas, brackets and blanks.
        if (/[^\s,]/.test(text.slice(start, match.index))) return spoiled()
        start = match.index
      }
      if (token === "{" || token === "[" && this.#depth > 0) this.#depth++
      else if ((token === "}" || token === "]") && this.#depth > 0) this.#depth--
      else if (token === "[" || token === "]") start = structure.lastIndex
      else if (token === "}" || !token.endsWith("\"") || token.length < 2) return spoiled()
      if (this.#depth > 0 || start === structure.lastIndex) continue
      const first = this.#pending[0] ?? line
      const value = parse(this.#text + text.slice(start, structure.lastIndex))
      if (value === undefined) return spoiled()
      const bytes = this.#pending.reduce((sum, { bytes }) => sum + bytes, 0)
      pieces.push({ _tag: "Value", value, line: first.number, bytes })
      this.#text = ""
      this.#pending = [line]
      start = structure.lastIndex
    }
    if (this.#depth > 0) {
      this.#text += `${text.slice(start)}\n`
      return line.isOpen || this.#text.length > maxLineBytes ? [...pieces, ...spoiled()] : pieces
    }
    if (/[^\s,]/.test(text.slice(start))) return pieces.length === 0 ? spoiled() : [...pieces, ...spoiled()]
    this.#reset()
    return pieces
  }

  #reset(): void {
    this.#pending = []
    this.#text = ""
    this.#depth = 0
  }
}

/** Brackets, braces and strings; a string without an end is a single quote. */
const structure = /"(?:[^"\\]|\\.)*"|["{}[\]]/g

const elements = (values: ReadonlyArray<unknown>, line: Line): ReadonlyArray<Piece> =>
  values.map((value) => ({ _tag: "Value", value, line: line.number, bytes: Math.ceil(line.bytes / values.length) }))

const damage = (lines: ReadonlyArray<Line>): Damage => ({
  _tag: "Damage",
  text: lines.map(({ text }) => text).join("\n"),
  line: lines[0]?.number ?? 0,
  lines: lines.length,
  bytes: lines.reduce((sum, { bytes }) => sum + bytes, 0),
  isOpen: lines.at(-1)?.isOpen ?? false
})

/** Returns the value of a JSON text, or `undefined`. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A value that was found in a damaged text. */
export interface Recovered {
  readonly value: unknown
  readonly text: string
}

/**
 * Returns the values that begin at each match of `start` in a damaged text. The work is bounded: a text whose beginnings
 * lead nowhere is not read again and again.
 */
export const recover = (text: string, start: RegExp): ReadonlyArray<Recovered> => {
  const found: Array<Recovered> = []
  let work = 4 * text.length + 1024 * 1024
  for (let match = start.exec(text); match !== null && work > 0; match = start.exec(text)) {
    const end = endOfObject(text, match.index, Math.min(text.length, match.index + work))
    work -= Math.abs(end) - match.index
    const whole = text.slice(match.index, Math.max(match.index, end))
    const value = parse(whole)
    if (value === undefined) {
      start.lastIndex = match.index + 1
      continue
    }
    found.push({ value, text: whole })
    start.lastIndex = end
  }
  return found
}

/** Returns where the object that begins at `from` ends, or the negative position up to which it was searched for. */
const endOfObject = (text: string, from: number, to: number): number => {
  let depth = 0
  structure.lastIndex = from
  for (let match = structure.exec(text); match !== null; match = structure.exec(text)) {
    if (match.index >= to) break
    const [token] = match
    if (token === "{" || token === "[") depth++
    if (token === "}" || token === "]") depth--
    if (token === "\"") return -match.index
    if (depth === 0) return structure.lastIndex
  }
  return -to
}
