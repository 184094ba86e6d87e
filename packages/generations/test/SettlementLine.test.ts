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
  it.effect("keeps a record under OpenRouter's names, what is not known of it included", () =>
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

  it.effect("keeps how long and how often was asked", () =>
    Effect.gen(function*() {
      const { line } = yield* roundTrip(
        Settlement.NotVisible({ id: "gen-1", attempts: 3, elapsed: Duration.seconds(4) })
      )
      assert.deepStrictEqual(JSON.parse(line), { _tag: "NotVisible", id: "gen-1", attempts: 3, elapsed: 4000 })
    }))

  it.effect("keeps an error with what it carries", () =>
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

  it.effect.prop("is one line whatever the id", [Arbitrary.make(Schema.String)], ([id]) =>
    Effect.map(
      roundTrip(Settlement.NotVisible({ id, attempts: 1, elapsed: Duration.zero })),
      ({ decoded }) => assert.strictEqual(decoded.id, id)
    ))
})
