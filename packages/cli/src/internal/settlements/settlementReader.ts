import { Generation } from "@effect-openrouter/core/Generation"
import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Damage, JsonReader, type Piece, recover } from "../input/jsonValues.js"
import type { Line } from "../input/lines.js"
import { count, plural } from "../output/format.js"

/** The parts of a file that are not settlements. */
export interface Unreadable {
  readonly lines: number
  readonly bytes: number
  /** The number of the first such line. */
  readonly first: number
  /** True if it is only the last line and a kill cut it off: the normal end of a sweep that was killed or still runs. */
  readonly torn: boolean
}

/** Says what could not be read in a file. */
export const unreadableText = (file: string, { bytes, first, torn, lines }: Unreadable): string =>
  torn
    ? `The last line of ${file} is not complete and was left out: a sweep was stopped there, or still runs.\n`
    : `${plural(lines, "line")} of ${file} cannot be read (${count(bytes)} bytes, the first is line ${first}): ` +
      "what is in them is missing.\n"

/**
 * Reads settlements line by line: NDJSON as `sweep` writes it, a JSON array, pretty-printed JSON, and the API's own
 * `{"data":{…}}`. Whole settlements inside of a damaged line are recovered; the rest is counted.
 */
export class SettlementReader {
  readonly #json = new JsonReader((text) => start.test(text))
  #unreadable: Unreadable | null = null
  /** The length of a last line that a kill cut off, and that holds nothing: it can be cut away. */
  tornBytes = 0

  push(line: Line): ReadonlyArray<Settlement.Settlement> {
    return this.#json.push(line).flatMap((piece) => this.#read(piece))
  }

  end(): ReadonlyArray<Settlement.Settlement> {
    return this.#json.end().flatMap((piece) => this.#read(piece))
  }

  /** The part that could not be read so far, or `null`. */
  get unreadable(): Unreadable | null {
    return this.#unreadable
  }

  #read(piece: Piece): ReadonlyArray<Settlement.Settlement> {
    if (piece._tag === "Value") {
      const settlement = decode(piece.value)
      if (Option.isSome(settlement)) return [settlement.value]
      this.#count(piece.line, 1, piece.bytes, false)
      return []
    }
    const settlements: Array<Settlement.Settlement> = []
    let recovered = 0
    for (const { text, value } of recover(piece.text, new RegExp(start.source, "g"))) {
      const settlement = decode(value)
      if (Option.isNone(settlement)) continue
      settlements.push(settlement.value)
      // With the line end that follows it, or that it lacks.
      recovered += Buffer.byteLength(text) + 1
    }
    const torn = settlements.length === 0 && isCutOff(piece)
    if (torn) this.tornBytes = piece.bytes
    this.#count(piece.line, piece.lines, Math.max(1, piece.bytes - recovered), torn)
    return settlements
  }

  #count(line: number, lines: number, bytes: number, torn: boolean): void {
    const before = this.#unreadable
    this.#unreadable = {
      lines: (before?.lines ?? 0) + lines,
      bytes: (before?.bytes ?? 0) + bytes,
      first: before?.first ?? line,
      torn: torn && before === null
    }
  }
}

/** The beginning of a settlement, or of a response of the API. */
const start = /\{\s*"(?:_tag|data)"\s*:/

const ourStart = `{"_tag":"`

/** Returns true if the end of a file is the beginning of one of our lines, or nothing but NUL bytes. */
const isCutOff = ({ isOpen, lines, text }: Damage): boolean =>
  isOpen && lines === 1 && (text.startsWith(ourStart) || ourStart.startsWith(text))

const decodeSettlement = Schema.decodeUnknownOption(Settlement.Settlement)

const decodeGeneration = Schema.decodeUnknownOption(Generation)

/** Returns the settlement in a JSON value: one of ours, a response of the API, or a record. */
const decode = (value: unknown): Option.Option<Settlement.Settlement> => {
  if (typeof value !== "object" || value === null) return Option.none()
  if ("_tag" in value) return decodeSettlement(value)
  const record = "data" in value ? value.data : "total_cost" in value || "usage" in value ? value : null
  return Option.map(decodeGeneration(record), (generation) => Settlement.Settled({ id: generation.id, generation }))
}
