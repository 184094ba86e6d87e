import { Generation } from "@effect-openrouter/core/Generation"
import { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Usage from "@effect-openrouter/core/Usage"
import { type Entry, Ledger } from "@effect-openrouter/ledger/Ledger"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { withLedger } from "../../internal/ledger/open.js"
import { ledgerOption } from "../../internal/ledger/place.js"
import { printableJson } from "../../internal/output/printable.js"
import { writeOut } from "../../internal/output/stdio.js"
import { csv } from "../../internal/report/summaryView.js"

/** `ledger export [--state STATE] [--csv]` */
export const exportCommand = Command.make({
  name: "ledger export",
  summary: "Prints the entries of the ledger, one JSON object on each line, or CSV.",
  examples: [["what is settled, for a spreadsheet", "ledger export --state settled --csv > costs.csv"]],
  options: {
    ledger: ledgerOption,
    state: Option.choice("STATE", ["pending", "settled", "notVisible", "failed"], "Only entries in a state"),
    csv: Option.flag("Print CSV instead of JSON")
  },
  operands: Option.none,
  run: ({ csv: asCsv, ledger, state }) =>
    withLedger(
      ledger,
      { create: false },
      Stream.fromEffect(asCsv ? writeOut(csv([columns])) : Effect.void).pipe(
        Stream.drain,
        Stream.concat(Ledger.entries({ state })),
        Stream.mapEffect(asCsv ? (entry) => Effect.succeed(csv([row(entry)])) : jsonLine),
        Stream.runForEach(writeOut)
      )
    )
})

const columns = ["id", "state", "tags", "attempts", "cost", "model", "provider", "created", "error"]

const row = ({ attempts, cost, error, id, record, state, tags }: Entry): ReadonlyArray<string> => [
  id,
  state,
  JSON.stringify(tags),
  String(attempts),
  cost === null ? "" : Usage.formatUsd(cost),
  record?.model ?? "",
  record?.providerName ?? "",
  record?.createdAt ? DateTime.formatIso(record.createdAt) : "",
  error?.message ?? ""
]

const encodeRecord = Schema.encode(Schema.NullOr(Generation))
const encodeError = Schema.encode(Schema.NullOr(OpenRouterError))

const jsonLine = ({ attempts, cost, error, id, record, state, tags }: Entry) =>
  Effect.orDie(Effect.map(
    Effect.all({ record: encodeRecord(record), error: encodeError(error) }),
    ({ error, record }) =>
      `${
        printableJson(
          JSON.stringify({
            id,
            state,
            tags,
            attempts,
            cost: cost === null ? null : Usage.formatUsd(cost),
            record,
            error
          })
        )
      }\n`
  ))
