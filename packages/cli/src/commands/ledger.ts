import * as Either from "effect/Either"
import type * as Command from "../internal/arguments/command.js"
import { didYouMean } from "../internal/arguments/suggest.js"
import { add } from "./ledger/add.js"
import { exportCommand } from "./ledger/export.js"
import { retry } from "./ledger/retry.js"
import { run } from "./ledger/run.js"
import { status } from "./ledger/status.js"

const actions: Readonly<Record<string, Command.Command>> = { add, run, status, retry, export: exportCommand }

const names = Object.keys(actions)

/** `ledger add|run|status|retry|export`: each has its own options; the help shows them together. */
export const ledger: Command.Command = {
  name: "ledger",
  summary: "Keeps ids in a file or in Postgres, across crashes, until each is settled.",
  details: [
    ...Object.entries(actions).map(([name, { operands, summary }]) =>
      `${[name, operands.usage].join(" ").trimEnd()}: ${summary}`
    ),
    "run on a file holds its lock; the others work while it runs. status draws a live view in a terminal, and prints once in a pipe.",
    "The exit code is 4 if the ledger cannot be used. With run --until-empty it is 1 if an id failed, and 3 if one is not visible."
  ],
  examples: Object.values(actions).flatMap(({ examples }) => examples),
  options: Object.assign({}, ...Object.values(actions).map(({ options }) => options)),
  operands: { usage: `${names.join("|")} …`, description: "What to do, and ids.", parse: Either.right },
  start: (args) => {
    // An option may come before the action only if it has no value of its own, so the action is the first argument.
    const [name = "", ...rest] = args
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined
    return action === undefined
      ? Either.left(`Expected ${names.join(", ")} after ledger. ${didYouMean(name, names)}`.trim())
      : action.start(rest)
  }
}
