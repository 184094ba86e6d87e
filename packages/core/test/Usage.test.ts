import { Generation, Usage } from "@effect-openrouter/core"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, FastCheck, Schema } from "effect"
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
      [
        "does not add the upstream cost where BYOK is unknown",
        { total_cost: 0.0015, upstream_inference_cost: 0.0012 },
        0.0015
      ],
      ["adds the upstream cost with BYOK", { total_cost: 0.25, upstream_inference_cost: 0.5, is_byok: true }, 0.75],
      ["is unknown with BYOK and no upstream cost, never the credits alone", { total_cost: 0.25, is_byok: true }, null],
      ["is the nearest double of the exact sum", { total_cost: 0.1, upstream_inference_cost: 0.2, is_byok: true }, 0.3],
      ["is negative for a refund", { total_cost: -0.11 }, -0.11],
      ["uses usage for a missing total", { usage: 0.002, is_byok: false }, 0.002],
      ["is 0 where the total is 0", { total_cost: 0, usage: 1, is_byok: false }, 0],
      ["keeps the smallest costs", { total_cost: 1e-8 }, 1e-8],
      ["is unknown without either, never 0", {}, null],
      ["is unknown without either, BYOK or not", { upstream_inference_cost: 0.5, is_byok: true }, null],
      ["is never Infinity", { total_cost: 1e308, upstream_inference_cost: 1e308, is_byok: true }, null]
    ])("%s", (_, fields, cost) => assert.strictEqual(Usage.effectiveCost(generation(fields)), cost))
  })

  describe("cost", () => {
    const format = (amount: BigDecimal.BigDecimal | null) => amount === null ? null : Usage.formatUsd(amount)

    it.each([
      [{ total_cost: 0.1, upstream_inference_cost: 0.2, is_byok: true }, ["0.3", "0.1", "0.2"]],
      [{ total_cost: 0.1, upstream_inference_cost: 0.2, is_byok: false }, ["0.1", "0.1", "0"]],
      [{ usage: 1e-8 }, ["0.00000001", "0.00000001", "0"]],
      [{ total_cost: 0.25, is_byok: true }, [null, "0.25", null]],
      [{ upstream_inference_cost: 0.5, is_byok: true }, [null, null, "0.5"]],
      [{}, [null, null, "0"]],
      [{ total_cost: -0.11 }, ["-0.11", "-0.11", "0"]]
    ])("of %o is %o", (fields, expected) => {
      const { byok, credits, effective } = Usage.cost(generation(fields))
      assert.deepStrictEqual([effective, credits, byok].map(format), expected)
    })

    it.prop(
      "is known exactly where isCostKnown says so, and agrees with effectiveCost",
      [Generation],
      ([generation]) => {
        const { effective } = Usage.cost(generation)
        assert.strictEqual(Usage.isCostKnown(generation), effective !== null)
        if (effective === null) return assert.isNull(Usage.effectiveCost(generation))
        const nearest = Number(Usage.formatUsd(effective))
        assert.strictEqual(Usage.effectiveCost(generation), Number.isFinite(nearest) ? nearest : null)
      }
    )
  })

  describe("formatUsd", () => {
    it.each([
      ["0", "0"],
      ["1.50", "1.5"],
      ["1e21", "1000000000000000000000"],
      ["1e-20", "0.00000000000000000001"],
      ["-0.11", "-0.11"],
      ["-1e-8", "-0.00000001"],
      ["1234.56789", "1234.56789"]
    ])("writes %s as %s", (decimal, text) => {
      assert.strictEqual(Usage.formatUsd(BigDecimal.unsafeFromString(decimal)), text)
    })

    it.prop(
      "writes plain digits that name the same decimal",
      [FastCheck.bigInt(), FastCheck.integer({ min: -40, max: 40 })],
      ([value, scale]) => {
        const amount = BigDecimal.make(value, scale)
        const text = Usage.formatUsd(amount)
        assert.match(text, /^-?\d+(\.\d*[1-9])?$/)
        assert.isTrue(BigDecimal.equals(BigDecimal.unsafeFromString(text), amount))
      }
    )
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

  it.prop("returns finite numbers or null", [Generation], ([generation]) => {
    for (const number of [Usage.effectiveCost(generation), Usage.tokensPerSecond(generation)]) {
      assert.isTrue(number === null || Number.isFinite(number))
    }
  })

  describe("failedAttempts", () => {
    it("returns the attempts with a known status other than 200, in order", () => {
      const { data } = fixture("fallback-attempts.json")
      assert.deepStrictEqual(Usage.failedAttempts(generation(data)).map(({ status }) => status), [503, 429])
    })

    it("returns nothing where nothing is known", () => {
      assert.deepStrictEqual(Usage.failedAttempts(generation({})), [])
      assert.deepStrictEqual(Usage.failedAttempts(generation({ provider_responses: [] })), [])
      assert.deepStrictEqual(Usage.failedAttempts(generation({ provider_responses: [{ latency: 3 }] })), [])
    })
  })

  it.each(acceptedRecords)("returns the cost of %s", (name) => {
    const { data } = fixture(name)
    const expected = data["is_byok"] === true
      ? Number(data["total_cost"]) + Number(data["upstream_inference_cost"])
      : data["total_cost"] ?? null
    assert.strictEqual(Usage.effectiveCost(generation(data)), expected)
  })
})
