import * as Duration from "effect/Duration"
import * as Command from "../internal/arguments/command.js"
import { baseUrlOption } from "../internal/input/connection.js"
import { manyIds } from "../internal/input/ids.js"
import { withinOption } from "../internal/input/time.js"
import { jsonOption } from "../internal/output/json.js"
import { settleIds } from "../internal/settlements/settleIds.js"

/** `await ID… [--within 10m]` */
export const awaitCommand = Command.make({
  name: "await",
  summary: "Shows generations as get does, and waits for those that are not visible or have no cost yet.",
  details: ["The exit code is 1 if one failed, and 3 if one was not visible, or had no cost, in time."],
  examples: [
    ["a completion that has just ended", "await gen-1"],
    ["two that were cancelled, or ran in a batch", "await --within 10m gen-1 gen-2"]
  ],
  options: {
    json: jsonOption,
    baseUrl: baseUrlOption,
    within: withinOption("How long to wait for each record. Default: 30s", Duration.seconds(30))
  },
  operands: manyIds,
  run: (options, ids) => settleIds(ids, { ...options, waitForCost: true })
})
