import { assert, describe, it } from "@effect/vitest"
import { csv } from "../../page/csv.js"
import * as Filter from "../../page/filter.js"
import { toRecords } from "./records.js"

describe("csv", () => {
  it("has a line for each row, plain decimals, and nothing where the value is unknown", () => {
    const records = toRecords([
      {
        id: "gen-1",
        model: "a,\"b\"\nc",
        created_at: "2026-11-03T12:00:00Z",
        total_cost: 1e-8,
        native_tokens_prompt: 1e21
      },
      { id: "gen-2", total_cost: 0.1, is_byok: true, upstream_inference_cost: 0.2 },
      { id: "gen-3" },
      { id: "gen-4", native_tokens_completion: 90, latency: 500, generation_time: 1500 }
    ])
    const text = csv(records, Filter.select(records, Filter.none))
    assert.isTrue(text.startsWith("id,created,model,provider,cost,credits,byok,"))
    assert.include(
      text,
      "\r\ngen-1,2026-11-03T12:00:00.000Z,\"a,\"\"b\"\"\nc\",,0.00000001,0.00000001,0,1000000000000000000000,"
    )
    assert.include(text, "\r\ngen-2,,,,0.3,0.1,0.2,,,,,,,,0,true,,,,,\r\n")
    assert.include(text, "\r\ngen-3,,,,,,0,,,,,,,,0,,,,,,\r\n")
    assert.include(text, ",500,60,90,0,,,,,,\r\n")
  })
})
