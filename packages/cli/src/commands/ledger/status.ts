import { type Counts, Ledger } from "@effect-openrouter/ledger/Ledger"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { withLedger } from "../../internal/ledger/open.js"
import { ledgerOption } from "../../internal/ledger/place.js"
import { count } from "../../internal/output/format.js"
import { printable } from "../../internal/output/printable.js"
import { writeOut } from "../../internal/output/stdio.js"

/** `ledger status [--json]` */
export const status = Command.make({
  name: "ledger status",
  summary: "Shows how many ids are pending, settled, not visible and failed, and why the workers pause.",
  examples: [["for a program", "ledger status --json"]],
  options: { ledger: ledgerOption, json: Option.flag("Print one JSON object") },
  operands: Option.none,
  run: ({ json, ledger }) =>
    withLedger(
      ledger,
      { create: false },
      Effect.flatMap(Ledger.counts, (counts) => writeOut(json ? `${JSON.stringify(counts)}\n` : view(counts)))
    )
})

const view = ({ failed, notVisible, oldestPending, paused, pending, settled }: Counts): string =>
  [
    `pending      ${count(pending)}${
      oldestPending === null ? "" : `, the oldest since ${DateTime.formatIso(oldestPending)}`
    }`,
    `settled      ${count(settled)}`,
    `not visible  ${count(notVisible)}`,
    `failed       ${count(failed)}`,
    ...paused === null
      ? []
      : [`paused       ${paused.reason}: ${printable(paused.message)}, until ${DateTime.formatIso(paused.until)}`]
  ].join("\n") + "\n"
