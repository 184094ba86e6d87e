import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpApiClient } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Api, CostsServer } from "../src/costs-api.js"
import { emulated } from "./harness.js"

const served = CostsServer.pipe(Layer.provideMerge(NodeHttpServer.layerTest), Layer.provideMerge(emulated), Layer.orDie)

describe("GET /costs/:id", () => {
  it.scoped("tells what a generation cost, that it is pending, or that nobody knows", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      yield* emulator.add({ id: "gen-1", model: "openai/gpt-4o", totalCost: 0.0015 })
      const { costs } = yield* HttpApiClient.make(Api)
      const cost = (id: string) => costs.cost({ path: { id } })
      assert.deepInclude(yield* cost("gen-1"), { id: "gen-1", model: "openai/gpt-4o", usd: 0.0015 })
      assert.deepInclude(yield* Effect.flip(cost("gen-2")), { _tag: "Pending", id: "gen-2" })
      assert.deepInclude(yield* Effect.flip(cost(encodeURIComponent("gen\n1"))), { _tag: "NoId" })
      yield* emulator.faults([{ status: 401 }])
      assert.deepInclude(yield* Effect.flip(cost("gen-3")), { _tag: "Unavailable", id: "gen-3" })
    }).pipe(Effect.provide(served)))
})
