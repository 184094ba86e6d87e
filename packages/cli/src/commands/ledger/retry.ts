import { Ledger } from "@effect-openrouter/ledger/Ledger"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { manyIds } from "../../internal/input/ids.js"
import { withLedger } from "../../internal/ledger/open.js"
import { ledgerOption } from "../../internal/ledger/place.js"
import { usage } from "../../internal/output/exit.js"
import { plural } from "../../internal/output/format.js"
import { writeOut } from "../../internal/output/stdio.js"

/** `ledger retry --state failed|notVisible | ID…` */
export const retry = Command.make({
  name: "ledger retry",
  summary: "Makes ids pending again that are not visible, failed, or have no cost.",
  examples: [["after a new key", "ledger retry --state failed"]],
  options: {
    ledger: ledgerOption,
    state: Option.choice("STATE", ["failed", "notVisible"], "All ids in a state"),
    costUnknown: Option.flag("All ids whose record has no cost")
  },
  operands: {
    usage: "[ID…]",
    description: "Ids of generations.",
    parse: (texts): Option.Parsed<ReadonlyArray<string>> => texts.length === 0 ? Either.right([]) : manyIds.parse(texts)
  },
  run: ({ costUnknown, ledger, state }, ids) =>
    Effect.gen(function*() {
      const which = [
        ...state === undefined ? [] : [{ state }],
        ...costUnknown ? [{ costUnknown }] : [],
        ...ids.length === 0 ? [] : [ids]
      ]
      const [first] = which
      if (first === undefined || which.length > 1) {
        return yield* usage("Expected one of --state, --cost-unknown and ids")
      }
      const retried = yield* withLedger(ledger, { create: false }, Ledger.retry(first))
      yield* writeOut(`${plural(retried, "id")} pending again\n`)
    })
})
