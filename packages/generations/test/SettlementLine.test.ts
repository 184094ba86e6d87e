import { Generation, OpenRouterDefaultError } from "@effect-openrouter/core"
import { Settlement, SettlementLine } from "@effect-openrouter/generations"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Duration, Effect, Schema } from "effect"

const roundTrip = (settlement: Settlement.Settlement) =>
  Effect.flatMap(Schema.encode(SettlementLine)(settlement), (line) => {
    assert.notInclude(line, "\n")
    return Effect.map(Schema.decode(SettlementLine)(line), (decoded) => ({ decoded, line }))
  })

describe("SettlementLine", () => {
  it.effect("keeps a record under OpenRouter's names, unknown fields included", () =>
    Effect.gen(function*() {
      const generation = yield* Schema.decode(Generation)({
        id: "gen-1",
        total_cost: 1e-8,
        created_at: "2026-11-22T10:00:00.123Z",
        speed: "fast\n\u2028"
      })
      const { decoded, line } = yield* roundTrip(Settlement.Settled({ id: "gen-1", generation }))
      assert.nestedInclude(JSON.parse(line), { "generation.total_cost": 1e-8, "generation.speed": "fast\n\u2028" })
      assert.deepStrictEqual(decoded, { _tag: "Settled", id: "gen-1", generation })
    }))

  it.effect("keeps the number of requests and the time", () =>
    Effect.gen(function*() {
      const { line } = yield* roundTrip(
        Settlement.NotVisible({ id: "gen-1", attempts: 3, elapsed: Duration.seconds(4) })
      )
      assert.deepStrictEqual(JSON.parse(line), { _tag: "NotVisible", id: "gen-1", attempts: 3, elapsed: 4000 })
    }))

  it.effect("keeps an error with its fields", () =>
    Effect.gen(function*() {
      const error = new OpenRouterDefaultError({
        status: 429,
        reason: "TooManyRequests",
        message: "slow down",
        retryAfter: Duration.seconds(3)
      })
      const { decoded } = yield* roundTrip(Settlement.Failed({ id: "gen-1", error }))
      assert.deepStrictEqual(decoded, { _tag: "Failed", id: "gen-1", error })
    }))

  it.effect.each([
    `{"_tag":"Settled","id":"gen-1","generation":{"id":"gen-1","total_cost":0.25,"provider_responses":null}}`,
    `{"_tag":"NotVisible","id":"gen-1","attempts":3,"elapsed":4000}`,
    `{"_tag":"Failed","id":"gen-1","error":{"_tag":"OpenRouterDefaultError","status":403,"reason":"Forbidden","message":"no","code":403,"metadata":null,"userId":null,"body":"{}","contentType":"application/json","retryAfter":null,"rateLimit":{"limit":20,"remaining":0,"reset":1}}}`,
    `{"_tag":"Failed","id":"gen-1","error":{"_tag":"ConnectionError","method":"GET","url":"http://localhost","code":null,"message":"reset"}}`,
    `{"_tag":"Failed","id":"gen-1","error":{"_tag":"RequestTimeoutError","timeout":15000}}`,
    `{"_tag":"Failed","id":"gen-1","error":{"_tag":"ResponseValidationError","field":"body","message":"expected JSON","body":""}}`,
    `{"_tag":"Failed","id":"","error":{"_tag":"InvalidRequestError","field":"id","message":"id must have at least 1 character"}}`
  ])("reads the line of version 0.1.0: %s", (line) =>
    Effect.gen(function*() {
      const settlement = yield* Schema.decode(SettlementLine)(line)
      const again = yield* Schema.decode(SettlementLine)(yield* Schema.encode(SettlementLine)(settlement))
      assert.deepStrictEqual(again, settlement)
    }))

  it.effect("is Settlement.Settlement as JSON", () =>
    Effect.gen(function*() {
      const settlement = Settlement.NotVisible({ id: "gen-1", attempts: 1, elapsed: Duration.seconds(1) })
      const encoded = yield* Schema.encode(Settlement.Settlement)(settlement)
      assert.strictEqual(yield* Schema.encode(SettlementLine)(settlement), JSON.stringify(encoded))
      assert.isTrue(Schema.is(Settlement.Settlement)(settlement))
    }))

  it.effect.prop("is one line whatever the id", [Arbitrary.make(Schema.String)], ([id]) =>
    Effect.map(
      roundTrip(Settlement.NotVisible({ id, attempts: 1, elapsed: Duration.zero })),
      ({ decoded }) => assert.strictEqual(decoded.id, id)
    ))
})
