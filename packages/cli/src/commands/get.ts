import * as Command from "@effect/cli/Command"
import { ids } from "../internal/input/arguments.js"
import { baseUrl } from "../internal/input/connection.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { settleIds } from "../internal/settlements/settleIds.js"

/** `get ID…` */
export const get = Command.make(
  "get",
  { json, baseUrl, ids },
  ({ ids, ...options }) => settleIds(ids, { ...options, within: 0 })
).pipe(Command.withDescription(help("Shows what generations cost and how they ran, asking once for each.", [
  ["openrouter-generations get gen-1 gen-2", "two records, with their total"],
  ["openrouter-generations get --json gen-1 | jq .generation.total_cost", "one number"]
], "Ends with 1 if one failed, and with 3 if one is not visible (yet).")))
