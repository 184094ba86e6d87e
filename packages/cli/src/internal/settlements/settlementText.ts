import { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
import * as Settlement from "@effect-openrouter/generations/Settlement"
import { SettlementLine } from "@effect-openrouter/generations/SettlementLine"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { printableJson } from "../output/printable.js"

/** A settlement and its text. */
export interface Encoded {
  readonly settlement: Settlement.Settlement
  /** One line of JSON without characters that a terminal would obey. */
  readonly line: string
}

/** Encodes a settlement. A record that cannot be written, such as one with too many nested levels, becomes `Failed`. */
export const encode = (settlement: Settlement.Settlement): Effect.Effect<Encoded> =>
  Effect.catchAllCause(encodeLine(settlement), () => encodeLine(unwritable(settlement.id)).pipe(Effect.orDie))

const encodeText = Schema.encode(SettlementLine)

const encodeLine = (settlement: Settlement.Settlement) =>
  Effect.map(Effect.suspend(() => encodeText(settlement)), (line): Encoded => ({
    settlement,
    line: printableJson(settlement._tag === "Failed" && line.length > maxErrorText ? shortenError(line) : line)
  }))

const unwritable = (id: string): Settlement.Settlement =>
  Settlement.Failed({
    id,
    error: new ResponseValidationError({
      field: "data",
      reason: "Invalid",
      message: "the record cannot be written as JSON"
    })
  })

/** The longest text of an error that is written: a web page in place of a response would fill the file. */
const maxErrorText = 1000

/** Cuts the long texts of an error, and drops metadata that is long. */
const shortenError = (line: string): string => {
  const { error, ...settlement }: { readonly error: Record<string, unknown> } = JSON.parse(line)
  const fields = Object.entries(error).map(([name, value]) => [name, shorten(value)])
  return JSON.stringify({ ...settlement, error: Object.fromEntries(fields) })
}

const shorten = (value: unknown): unknown => {
  if (typeof value === "string") return value.length > maxErrorText ? `${value.slice(0, maxErrorText)}…` : value
  return typeof value === "object" && JSON.stringify(value).length > maxErrorText ? null : value
}
