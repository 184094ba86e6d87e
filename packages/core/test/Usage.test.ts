import { Generation, Usage } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { acceptedRecords, fixture } from "./fixtures.js"

const generation = (fields: object) => Schema.decodeUnknownSync(Generation)({ id: "gen-1", ...fields })

describe("Usage", () => {
  describe("effectiveCost", () => {
    it.each([
      ["is the total", { total_cost: 0.0015, is_byok: false }, 0.0015],
      [
        "does not add the upstream cost to it",
        { total_cost: 0.0015, upstream_inference_cost: 0.0012, is_byok: false },
        0.0015
      ],
      ["nor where BYOK is unknown", { total_cost: 0.0015, upstream_inference_cost: 0.0012 }, 0.0015],
      ["adds the upstream cost with BYOK", { total_cost: 0.25, upstream_inference_cost: 0.5, is_byok: true }, 0.75],
      ["takes a missing upstream cost for nothing more", { total_cost: 0.25, is_byok: true }, 0.25],
      ["takes usage for a missing total", { usage: 0.002, is_byok: false }, 0.002],
      ["is 0 where it is known to be", { total_cost: 0, usage: 1, is_byok: false }, 0],
      ["keeps the smallest costs", { total_cost: 1e-8 }, 1e-8],
      ["is unknown without either, never 0", {}, null],
      ["is unknown without either, BYOK or not", { upstream_inference_cost: 0.5, is_byok: true }, null],
      ["is never Infinity", { total_cost: 1e308, upstream_inference_cost: 1e308, is_byok: true }, null]
    ])("%s", (_, fields, cost) => assert.strictEqual(Usage.effectiveCost(generation(fields)), cost))
  })

  describe("tokensPerSecond", () => {
    it.each([
      ["divides billed tokens by the whole time", {
        native_tokens_completion: 25,
        tokens_completion: 99,
        generation_time: 500
      }, 50],
      ["takes fractions of a millisecond", { native_tokens_completion: 1, generation_time: 0.5 }, 2000],
      ["is 0 for no tokens", { native_tokens_completion: 0, generation_time: 500 }, 0],
      ["is unknown for no time", { native_tokens_completion: 25, generation_time: 0 }, null],
      ["is unknown for negative time", { native_tokens_completion: 25, generation_time: -1 }, null],
      ["is unknown without tokens", { generation_time: 500 }, null],
      ["is unknown without time", { native_tokens_completion: 25 }, null],
      ["is never Infinity", { native_tokens_completion: 1e308, generation_time: 1e-300 }, null]
    ])("%s", (_, fields, speed) => assert.strictEqual(Usage.tokensPerSecond(generation(fields)), speed))
  })

  it.prop("never makes a number that is none", [Generation], ([generation]) => {
    for (const number of [Usage.effectiveCost(generation), Usage.tokensPerSecond(generation)]) {
      assert.isTrue(number === null || Number.isFinite(number))
    }
  })

  describe("failedAttempts", () => {
    it("are the attempts with a known status other than 200, in order", () => {
      const { data } = fixture("fallback-attempts.json")
      assert.deepStrictEqual(Usage.failedAttempts(generation(data)).map(({ status }) => status), [503, 429])
    })

    it("are none where nothing is known", () => {
      assert.deepStrictEqual(Usage.failedAttempts(generation({})), [])
      assert.deepStrictEqual(Usage.failedAttempts(generation({ provider_responses: [] })), [])
      assert.deepStrictEqual(Usage.failedAttempts(generation({ provider_responses: [{ latency: 3 }] })), [])
    })
  })

  it.each(acceptedRecords)("reads %s without a surprise", (name) => {
    const { data } = fixture(name)
    const expected = data["is_byok"] === true
      ? Number(data["total_cost"]) + Number(data["upstream_inference_cost"])
      : data["total_cost"] ?? null
    assert.strictEqual(Usage.effectiveCost(generation(data)), expected)
  })
})
