import { Generation, Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { OpenRouter } from "@openrouter/sdk"
import { DateTime, Effect, FastCheck, Layer, Schema } from "effect"
import { createServer } from "node:http"
import { completeRecord, encodeRecord } from "../../src/internal/completeRecord.js"

const ids = FastCheck.oneof(
  FastCheck.string({ minLength: 1 }),
  FastCheck.constantFrom("", "emb-", "rerank-", "vid-", "tts-", "stt-", "img-", "batch-").map((kind) =>
    `gen-${kind}1790000000-MadeUpAbCdEfGhIjKlMn`
  )
)

describe("completeRecord", () => {
  it.prop("is realistic, consistent and the same for the same id", [ids], ([id]) => {
    const record = completeRecord({ id })
    assert.deepStrictEqual(completeRecord({ id }), record)
    assert.deepStrictEqual(Schema.decodeSync(Generation)(encodeRecord(record, { id })), record)

    assert.isAbove(record.totalCost ?? 0, 0)
    assert.strictEqual(record.usage, record.totalCost)
    assert.strictEqual(Usage.effectiveCost(record), record.totalCost)
    assert.isAbove(record.generationTime ?? 0, (record.latency ?? 0) - 1)
    assert.isAtMost(record.nativeTokensReasoning ?? 0, record.nativeTokensCompletion ?? 0)
    assert.isAtMost(record.nativeTokensCached ?? 0, record.nativeTokensPrompt ?? 0)
    assert.lengthOf(record.providerResponses ?? [], 1)
    assert.deepInclude(record.providerResponses?.[0], {
      status: 200,
      providerName: record.providerName,
      modelPermaslug: record.model
    })
  })

  it("reads the kind and the time from an id", () => {
    const { apiType, createdAt, nativeTokensCompletion } = completeRecord({ id: "gen-emb-1790000000-MadeUpAbCd" })
    assert.strictEqual(apiType, "embeddings")
    assert.strictEqual(nativeTokensCompletion, 0)
    assert.strictEqual(createdAt === null ? null : DateTime.toEpochMillis(createdAt), 1_790_000_000_000)
  })

  it("fits the fields that are left out to the given ones", () => {
    const costUnknown = completeRecord({ id: "gen-1", totalCost: null })
    assert.isNull(costUnknown.usage)
    assert.isNull(Usage.effectiveCost(costUnknown))

    const byok = completeRecord({ id: "gen-1", isByok: true })
    assert.isAbove(byok.upstreamInferenceCost ?? 0, byok.totalCost ?? 0)
    assert.isTrue(byok.providerResponses?.[0]?.isByok)

    const cancelled = completeRecord({ id: "gen-1", cancelled: true })
    assert.deepInclude(cancelled, { finishReason: null, nativeFinishReason: null })

    assert.deepInclude(completeRecord({ id: "gen-1", model: "anthropic/claude-9" }), { providerName: "Anthropic" })
    assert.deepInclude(completeRecord({ id: "gen-1", nativeTokensPrompt: 7 }), { tokensPrompt: 7 })
    assert.deepInclude(completeRecord({ id: "gen-1", generationTime: 3 }), { latency: 3 })
    assert.isNull(completeRecord({ id: "gen-1", providerResponses: null }).providerResponses)
    assert.deepStrictEqual(completeRecord({ id: "gen-1", providerResponses: [] }).providerResponses, [])
  })

  it("completes attempts that are given in part, and keeps an explicit null", () => {
    const { providerResponses } = completeRecord({
      id: "gen-1",
      providerName: "Together",
      providerResponses: [{ status: 503 }, { latency: null }]
    })
    const [failed, served] = providerResponses ?? []
    assert.strictEqual(failed?.status, 503)
    assert.notStrictEqual(failed?.providerName, "Together")
    assert.deepInclude(served, { status: 200, providerName: "Together", latency: null })
  })

  it.scopedLive("is accepted by OpenRouter's own client, attempts given in part included", () =>
    Effect.gen(function*() {
      const emulator = yield* OpenRouterEmulator
      const records = [
        { id: "gen-1" },
        { id: "gen-emb-1790000000-MadeUpAbCd" },
        { id: "gen-2", providerResponses: [{ status: 503, providerName: "DeepInfra" }, {}] }
      ]
      yield* Effect.forEach(records, (record) => emulator.add(record), { discard: true })
      const serverURL = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))
      const client = new OpenRouter({ apiKey: "test", serverURL, retryConfig: { strategy: "none" } })
      for (const { id } of records) {
        const { data } = yield* Effect.tryPromise(() => client.generations.getGeneration({ id }))
        assert.strictEqual(data.id, id)
        assert.isAbove(data.totalCost, 0)
      }
    }).pipe(Effect.provide(OpenRouterEmulator.serve.pipe(
      Layer.provideMerge(OpenRouterEmulator.layer),
      Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
    ))))
})
