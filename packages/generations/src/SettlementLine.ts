/**
 * A settlement as a line of NDJSON: `sweep` writes it, `--json` prints it and `report` reads it.
 */
import * as Schema from "effect/Schema"
import { Settlement } from "./Settlement.js"

/**
 * The Schema of one line: `{"_tag":"Settled","id":…,"generation":{…}}` with the record under OpenRouter's own names,
 * `{"_tag":"NotVisible","id":…,"attempts":…,"elapsed":MILLISECONDS}` or `{"_tag":"Failed","id":…,"error":{…}}`. It decodes to a
 * `Settlement`. Lines that an older version wrote can be read.
 *
 * @example
 * ```ts
 * import { SettlementLine } from "@effect-openrouter/generations"
 * import { Schema } from "effect"
 *
 * const settlement = Schema.decodeSync(SettlementLine)(
 *   `{"_tag":"Settled","id":"gen-1","generation":{"id":"gen-1","total_cost":0.0015}}`
 * )
 * if (settlement._tag === "Settled") console.log(settlement.generation.totalCost) // 0.0015
 * ```
 */
export const SettlementLine: Schema.Schema<Settlement, string> = Schema.parseJson(Settlement).annotations({
  identifier: "SettlementLine"
})
