import { OpenRouterClient } from "@effect-openrouter/client"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { Account } from "@effect-openrouter/generations"
import { apiKey } from "@effect-openrouter/test-support"
import { FetchHttpClient, HttpClient, HttpClientResponse } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { Clock, Effect, Layer, Redacted } from "effect"
import { createServer } from "node:http"
import { serverURL } from "./harness.js"

const inMemory = OpenRouterClient.layer({ apiKey }).pipe(
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)

const overSocket = Layer.unwrapEffect(
  Effect.map(serverURL, (baseUrl) => OpenRouterClient.layer({ apiKey, baseUrl }))
).pipe(
  Layer.provide(FetchHttpClient.layer),
  Layer.provideMerge(OpenRouterEmulator.serve),
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.orDie
)

const day = 86_400_000

const isoDay = (time: number) => new Date(time).toISOString().slice(0, 10)

describe.each([["in memory", inMemory], ["over a socket", overSocket]])("Account %s", (_, environment) => {
  layer(environment, { excludeTestServices: true })((it) => {
    it.effect("returns the spend by day and model, in total, and of the key", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        const now = yield* Clock.currentTimeMillis
        const add = (id: string, createdAt: number, totalCost: number, isByok = false) =>
          emulator.add({
            id,
            createdAt: new Date(createdAt).toISOString(),
            model: "openai/gpt-4o-2024-08-06",
            providerName: "OpenAI",
            totalCost,
            isByok,
            upstreamInferenceCost: isByok ? 0.5 : null
          })
        yield* add("gen-1", now - day, 0.1)
        yield* add("gen-2", now - day, 0.2, true)
        yield* add("gen-3", now, 0.4)
        yield* add("gen-4", now - 40 * day, 0.8)
        const [row, ...others] = yield* Account.activity()
        assert.deepInclude(row, {
          date: isoDay(now - day),
          model: "openai/gpt-4o",
          modelPermaslug: "openai/gpt-4o-2024-08-06",
          providerName: "OpenAI",
          requests: 2,
          usage: 0.3,
          byokUsageInference: 0.5,
          unknownFields: {}
        })
        assert.lengthOf(others, 0)
        assert.deepInclude(yield* Account.key(), { usage: 1.5, usageDaily: 0.4, isManagementKey: true })
        assert.deepInclude(yield* Account.credits(), { totalCredits: 100, totalUsage: 1.5 })
      }))
  })
})

const responding = (status: number, body: unknown) =>
  OpenRouterClient.layer({ apiKey }).pipe(Layer.provide(Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(body, { status }))))
  )))

describe("Account", () => {
  it.effect("returns null for what is absent, and fields that it does not know as received", () =>
    Effect.gen(function*() {
      const [row] = yield* Account.activity()
      assert.deepInclude(row, {
        date: "2026-11-22",
        usage: null,
        byokUsageInference: null,
        unknownFields: { workspace_id: "w", added: [1] }
      })
    }).pipe(
      Effect.provide(responding(200, { data: [{ date: "2026-11-22", usage: null, workspace_id: "w", added: [1] }] }))
    ))

  it.effect("fails if a value has another type", () =>
    Effect.map(Effect.flip(Account.credits()), (error) => assert.strictEqual(error._tag, "ResponseValidationError"))
      .pipe(Effect.provide(responding(200, { data: { total_usage: "much" } }))))

  it.effect("fails as every request does, such as without a management key", () =>
    Effect.map(
      Effect.flip(Account.activity()),
      (error) => assert.deepInclude(error, { _tag: "OpenRouterDefaultError", reason: "Forbidden" })
    )
      .pipe(Effect.provide(responding(403, { error: { code: 403, message: "Only management keys" } }))))

  it.effect("passes options on to the request", () =>
    Effect.gen(function*() {
      yield* Account.key({ apiKey: Redacted.make("sk-or-v1-another") })
      const [request] = yield* (yield* OpenRouterEmulator).requests
      assert.deepInclude(request, { method: "GET", url: "/api/v1/key" })
      assert.notStrictEqual(request?.headers["authorization"], undefined)
    }).pipe(Effect.provide(inMemory)))
})
