import * as Command from "../internal/arguments/command.js"
import { baseUrlOption } from "../internal/input/connection.js"
import { manyIds } from "../internal/input/ids.js"
import { jsonOption } from "../internal/output/json.js"
import { settleIds } from "../internal/settlements/settleIds.js"

/** `get ID…` */
export const get = Command.make({
  name: "get",
  summary: "Shows what generations cost and how they ran. Requests each of them once.",
  details: ["The exit code is 1 if one failed, and 3 if one is not visible (yet)."],
  examples: [
    ["two records and their total", "get gen-1 gen-2"],
    ["one number", "get --json gen-1 | jq .generation.total_cost"]
  ],
  options: { json: jsonOption, baseUrl: baseUrlOption },
  operands: manyIds,
  run: (options, ids) => settleIds(ids, { ...options, within: 0, waitForCost: false })
})
