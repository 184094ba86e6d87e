import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Duration from "effect/Duration"
import { ids } from "../internal/input/arguments.js"
import { baseUrl } from "../internal/input/connection.js"
import { within } from "../internal/input/within.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { settleIds } from "../internal/settlements/settleIds.js"

/** `await ID… [--within 10m]` */
export const awaitCommand = Command.make(
  "await",
  {
    json,
    baseUrl,
    within: within("How long to wait for each record, 30s by default").pipe(
      Options.withDefault(Duration.seconds(30))
    ),
    ids
  },
  ({ ids, ...options }) => settleIds(ids, options)
).pipe(Command.withDescription(help("Shows generations as `get` does, waiting for those that are not visible yet.", [
  ["openrouter-generations await gen-1", "a completion that has just ended"],
  ["openrouter-generations await --within 10m gen-1 gen-2", "two that were cancelled, or run in a batch"]
], "Ends with 1 if one failed, and with 3 if one was not visible in time.")))
