import { Ledger } from "@effect-openrouter/ledger/Ledger"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Command from "../../internal/arguments/command.js"
import * as Option from "../../internal/arguments/option.js"
import { manyIds, readIds } from "../../internal/input/ids.js"
import { withLedger } from "../../internal/ledger/open.js"
import { ledgerOption } from "../../internal/ledger/place.js"
import { usage } from "../../internal/output/exit.js"
import { plural } from "../../internal/output/format.js"
import { writeOut } from "../../internal/output/stdio.js"

/** `--tag NAME=VALUE`, more than once. */
const tag: Option.Option<Readonly<Record<string, string>>> = {
  ...Option.value("NAME=VALUE", "A tag of the ids. It can be given more than once", {
    fallback: {},
    parse: (text) => {
      const tags = text.split("\0").map((tag) => /^([^=]+)=(.*)$/s.exec(tag))
      return tags.every((match) => match !== null)
        ? Either.right(Object.fromEntries(tags.map(([, name, value]) => [name, value] as const)))
        : Either.left("Expected NAME=VALUE")
    }
  }),
  isRepeatable: true
}

/** `ledger add ID…|- [--tag NAME=VALUE]` */
export const add = Command.make({
  name: "ledger add",
  summary: "Adds ids to the ledger. They are committed when it ends.",
  examples: [["from a file", "ledger add --tag tenant=acme - < ids.txt"]],
  options: { ledger: ledgerOption, tag },
  operands: {
    usage: "ID…|-",
    description: "Ids of generations; for -, standard input has them.",
    parse: (texts): Option.Parsed<ReadonlyArray<string> | "-"> => {
      if (!texts.includes("-")) return manyIds.parse(texts)
      return texts.length === 1 ? Either.right("-") : Either.left("Expected either - or ids")
    }
  },
  run: ({ ledger, tag }, operands) =>
    Effect.gen(function*() {
      const ids = operands === "-" ? [...yield* readIds("-", "nothing has been added")] : operands
      const { added } = yield* withLedger(
        ledger,
        { create: true },
        Effect.catchTag(Ledger.settle(ids, { tags: tag }), "InvalidRequestError", ({ message }) => usage(message))
      )
      yield* writeOut(`${plural(added, "id")} added, ${new Set(ids).size - added} already there\n`)
    })
})
