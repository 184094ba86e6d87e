import { Ledger } from "@effect-openrouter/ledger/Ledger"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { manyIds } from "../../internal/input/ids.js"
import { usage } from "../../internal/output/exit.js"
import { plural } from "../../internal/output/format.js"
import { writeOut } from "../../internal/output/stdio.js"
import { ledgerOption, withLedger } from "./open.js"

/** `ledger retry --state failed|notVisible | ID…` */
export const retry = Command.make({
  name: "ledger retry",
  summary: "Makes ids pending again that are not visible, failed, or have no cost.",
  examples: [["after a new key", "ledger retry --state failed"]],
  options: {
    ledger: ledgerOption,
    state: Option.choice("STATE", ["failed", "notVisible"], "All ids in a state")
  },
  operands: {
    usage: "[ID…]",
    description: "Ids of generations.",
    parse: (texts): Option.Parsed<ReadonlyArray<string>> => texts.length === 0 ? Either.right([]) : manyIds.parse(texts)
  },
  run: ({ ledger, state }, ids) =>
    Effect.gen(function*() {
      if ((state === undefined) === (ids.length === 0)) return yield* usage("Expected either --state or ids")
      const retried = yield* withLedger(
        ledger,
        { create: false },
        Ledger.retry(state === undefined ? ids : { state })
      )
      yield* writeOut(`${plural(retried, "id")} pending again\n`)
    })
})
