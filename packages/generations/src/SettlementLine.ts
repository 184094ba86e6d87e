/**
 * A settlement as a line of NDJSON: what `sweep` writes, `--json` prints and `report` reads.
 */
import { Generation } from "@effect-openrouter/core/Generation"
import { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Schema from "effect/Schema"

const id = Schema.String

/**
 * One line: `{"_tag":"Settled","id":…,"generation":{…}}` with the record under OpenRouter's own names,
 * `{"_tag":"NotVisible","id":…,"attempts":…,"elapsed":MILLISECONDS}` or `{"_tag":"Failed","id":…,"error":{…}}`. Decoded it
 * is a `Settlement` of `@effect-openrouter/generations`.
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
export const SettlementLine = Schema.parseJson(
  Schema.Union(
    Schema.TaggedStruct("Settled", { id, generation: Generation }),
    Schema.TaggedStruct("NotVisible", { id, attempts: Schema.Int, elapsed: Schema.DurationFromMillis }),
    Schema.TaggedStruct("Failed", { id, error: OpenRouterError })
  )
).annotations({ identifier: "SettlementLine" })
