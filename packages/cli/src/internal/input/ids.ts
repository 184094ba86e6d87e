import { checkGenerationId } from "@effect-openrouter/generations/internal/generationId"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Stream from "effect/Stream"
import type { Operands } from "../arguments/option.js"
import { type Stop, usage } from "../output/exit.js"
import type { Stdio } from "../output/stdio.js"
import { CsvReader, type Row } from "./csv.js"
import { bytes, fileName } from "./files.js"
import { JsonReader, type Piece } from "./jsonValues.js"
import { type Line, splitLines } from "./lines.js"

/** Returns what is wrong with an id, without quoting it, or `null`. */
const idProblem = (id: string): string | null =>
  Either.match(checkGenerationId(id, "it"), { onLeft: ({ message }) => message, onRight: () => null })

/** One id as an operand. */
export const oneId: Operands<string> = {
  usage: "ID",
  description: "Id of a generation.",
  parse: (texts) =>
    texts.length > 1
      ? Either.left(`Expected one ID, received ${texts.length}`)
      : Either.map(manyIds.parse(texts), ([id]) => id ?? "")
}

/** At least one id as operands. */
export const manyIds: Operands<ReadonlyArray<string>> = {
  usage: "ID…",
  description: "Ids of generations.",
  parse: (texts) => {
    if (texts.length === 0) return Either.left("Missing argument <ID>")
    for (const [index, id] of texts.entries()) {
      const problem = idProblem(id)
      if (problem !== null) return Either.left(`Argument ${index + 1} is not the id of a generation: ${problem}`)
    }
    return Either.right(texts)
  }
}

/**
 * Reads the ids of a file, each once, and rejects the file at its first line that has none. The file is one of: ids one on
 * a line, quoted or not; CSV with a column `generation_id` or `id`, or with a column whose values begin with `gen-`; a JSON
 * array of ids; JSON objects with a `generation_id` or an `id`, such as completions or settlements. Blank lines, and lines
 * that begin with `#` outside of JSON, are skipped.
 */
export const readIds = (
  file: string,
  nothing = "nothing has been requested"
): Effect.Effect<ReadonlySet<string>, Stop, Stdio> =>
  Effect.suspend(() => {
    const reader = new IdReader()
    const reject = ({ line, problem }: Problem) =>
      usage(`line ${line} of ${fileName(file)} has no id: ${problem}`, nothing)
    const check = (problem: Problem | null) => problem === null ? Effect.void : reject(problem)
    return Stream.runForEach(splitLines(bytes(file)), (lines) => {
      for (const line of lines) {
        const problem = reader.push(line)
        if (problem !== null) return reject(problem)
      }
      return Effect.void
    }).pipe(
      Effect.zipRight(Effect.suspend(() => check(reader.end()))),
      Effect.as(reader.ids)
    )
  })

interface Problem {
  readonly line: number
  readonly problem: string
}

class IdReader {
  readonly ids = new Set<string>()
  #format: "json" | "text" | null = null
  readonly #json = new JsonReader(() => false)
  readonly #csv = new CsvReader()
  readonly #columns = new Columns()

  push(line: Line): Problem | null {
    if (line.isTooLong) return { line: line.number, problem: "it is longer than 64 MiB" }
    this.#format ??= detectFormat(line.text)
    if (this.#format === "json") return this.#pieces(this.#json.push(line))
    return this.#format === null ? null : this.#rows(this.#csv.push(line))
  }

  end(): Problem | null {
    return this.#format === "json"
      ? this.#pieces(this.#json.end())
      : this.#rows(this.#csv.end()) ?? this.#columns.problem
  }

  #pieces(pieces: ReadonlyArray<Piece>): Problem | null {
    for (const piece of pieces) {
      const id = piece._tag === "Value" ? idIn(piece.value) : null
      const problem = id === null ? "expected an id, or an object with a generation_id or an id" : idProblem(id)
      if (problem !== null) return { line: piece.line, problem }
      this.ids.add(id ?? "")
    }
    return null
  }

  #rows(rows: ReadonlyArray<Row>): Problem | null {
    for (const row of rows.flatMap((row) => this.#columns.push(row))) {
      for (const id of row.cells) {
        const problem = idProblem(id)
        if (problem !== null) return { line: row.line, problem }
        this.ids.add(id)
      }
    }
    return null
  }
}

const detectFormat = (text: string): "json" | "text" | null => {
  const start = text.trim()
  if (start === "" || start.startsWith("#")) return null
  return start.startsWith("{") || start.startsWith("[") ? "json" : "text"
}

/** Returns the id in a JSON value: the text itself, `generation_id`, `id`, or the same of its `data`. */
const idIn = (value: unknown): string | null => {
  if (typeof value === "string") return value
  if (typeof value !== "object" || value === null) return null
  const fields: Readonly<Record<string, unknown>> = { ...value }
  const id = fields["generation_id"] ?? fields["id"]
  return typeof id === "string" ? id : idIn(fields["data"] ?? null)
}

/** Picks the cells of each row that are ids. */
class Columns {
  #columns: ReadonlyArray<number> | null = null
  #header: Row | null = null

  push(row: Row): ReadonlyArray<Row> {
    if (this.#columns === null) {
      this.#columns = this.#choose(row)
      if (this.#columns === null || row === this.#header) return []
    }
    const columns = this.#columns
    const cells = row.cells.filter((cell, column) => columns.includes(column) && cell !== "")
    return cells.length === 0 ? [] : [{ ...row, cells }]
  }

  /** Returns what is wrong if no column was found. */
  get problem(): Problem | null {
    return this.#columns === null && this.#header !== null
      ? {
        line: this.#header.line,
        problem: "no column is named generation_id or id, and none has values that begin with gen-"
      }
      : null
  }

  #choose(row: Row): ReadonlyArray<number> | null {
    const generations = [...row.cells.keys()].filter((column) => row.cells[column]?.startsWith("gen-"))
    if (generations.length > 0) return generations
    if (this.#header !== null) return null
    const names = row.cells.map((cell) => cell.toLowerCase())
    const named = ["generation_id", "id"].map((name) => names.indexOf(name)).filter((column) => column >= 0)
    if (named.length > 0) {
      this.#header = row
      return named.slice(0, 1)
    }
    // A single column without a header: ids of any form.
    if (row.cells.length === 1) return [0]
    this.#header = row
    return null
  }
}
