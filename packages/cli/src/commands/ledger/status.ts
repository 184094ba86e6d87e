import { Ledger } from "@effect-openrouter/ledger/Ledger"
import * as Effect from "effect/Effect"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { withLedger } from "../../internal/ledger/open.js"
import { ledgerOption } from "../../internal/ledger/place.js"
import { printOnce, watch } from "../../internal/ledger/statusView.js"
import { ignoreClosedPipe } from "../../internal/output/exit.js"
import { Stdio, writeOut } from "../../internal/output/stdio.js"

/** `ledger status [--json]` */
export const status = Command.make({
  name: "ledger status",
  summary: "Shows how many ids are pending, settled, not visible and failed, the rate, and why the workers pause.",
  details: [
    "In a terminal the view is drawn again each second until no id is pending, or until Ctrl-C. In a pipe it is printed once, after a second in which the rate is measured; --json prints at once, without a rate."
  ],
  examples: [["for a program", "ledger status --json"]],
  options: { ledger: ledgerOption, json: Option.flag("Print one JSON object") },
  operands: Option.none,
  run: ({ json, ledger }) =>
    Effect.flatMap(Stdio, ({ stdout }) =>
      withLedger(
        ledger,
        { create: false },
        Effect.flatMap(Ledger, ({ counts }) =>
          json
            ? Effect.flatMap(counts, (counts) => writeOut(`${JSON.stringify(counts)}\n`))
            : stdout.canMoveCursor
            ? watch(counts, stdout)
            : printOnce(counts, stdout))
      )).pipe(ignoreClosedPipe)
})
