// OpenRouter's own client against the emulator: it accepts every response.
import { GenerationId } from "@effect-openrouter/core"
import { OpenRouterEmulator, type Reply } from "@effect-openrouter/emulator"
import { assert, describe, layer } from "@effect/vitest"
import { OpenRouter } from "@openrouter/sdk"
import type { EventStream } from "@openrouter/sdk/lib/event-streams.js"
import { Effect } from "effect"
import { baseUrl, served } from "./harness.js"

const call = <A>(f: (client: OpenRouter) => Promise<A>) =>
  Effect.flatMap(
    baseUrl,
    (serverURL) =>
      Effect.tryPromise(() => f(new OpenRouter({ apiKey: "test", serverURL, retryConfig: { strategy: "none" } })))
  )

const reply = (reply: Reply) => Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.reply(reply))

type Chunk<A> = A extends EventStream<infer B> ? B : never

const scripted: Reply = {
  text: ["Hel", "lo"],
  reasoning: "Think",
  toolCalls: [{ name: "weather", arguments: { city: "Oslo" } }],
  usage: { cost: 0.00123 }
}

const chatRequest = {
  model: "openai/gpt-4o-mini",
  messages: [{ role: "user" as const, content: "Hi" }],
  tools: [{ type: "function" as const, function: { name: "weather" } }]
}

const responsesRequest = { model: "openai/gpt-4o-mini", input: "Hi" }

/** The client's types do not tell a stream from a whole result. */
const whole = <A extends object>(result: A) => {
  if (Symbol.asyncIterator in result) throw new Error("expected a whole result")
  return result as Exclude<A, EventStream<unknown>>
}

const collect = async <A extends object>(result: A) => {
  if (!(result instanceof ReadableStream)) throw new Error("expected a stream")
  const items = result as unknown as AsyncIterable<Chunk<A>>
  const collected: Array<Chunk<A>> = []
  for await (const item of items) collected.push(item)
  return collected
}

describe("OpenRouter's own client", () => {
  layer(served, { excludeTestServices: true })((it) => {
    it.effect("reads chat, whole", () =>
      Effect.gen(function*() {
        const id = yield* reply(scripted)
        const result = whole(
          yield* call((client) =>
            client.chat.send({
              chatRequest: { ...chatRequest, stream: false }
            })
          )
        )
        assert.strictEqual(result.id, id)
        assert.strictEqual(result.choices[0]?.message.content, "Hello")
        assert.strictEqual(result.usage?.cost, 0.00123)
      }))

    it.effect("reads chat, streamed", () =>
      Effect.gen(function*() {
        const id = yield* reply(scripted)
        const chunks = yield* call(async (client) =>
          collect(
            await client.chat.send({
              chatRequest: { ...chatRequest, stream: true }
            })
          )
        )
        assert.deepStrictEqual([...new Set(chunks.map((chunk) => chunk.id))], [id])
        assert.strictEqual(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), "Hello")
        assert.deepStrictEqual(chunks.flatMap(({ usage }) => usage?.cost ?? []), [0.00123])
      }))

    it.effect("reads responses, whole and streamed", () =>
      Effect.gen(function*() {
        const first = yield* reply(scripted)
        const result = whole(
          yield* call((client) => client.responses.send({ responsesRequest: { ...responsesRequest, stream: false } }))
        )
        assert.strictEqual(result.id, first)
        const streamed = yield* reply(scripted)
        const events = yield* call(async (client) =>
          collect(await client.responses.send({ responsesRequest: { ...responsesRequest, stream: true } }))
        )
        assert.strictEqual(events.map(GenerationId.fromCompletion).find((id) => id !== null), streamed)
        assert.strictEqual(events.at(-1)?.type, "response.completed")
      }))

    it.effect("reads embeddings", () =>
      Effect.gen(function*() {
        const id = yield* reply({ embeddings: [[0.5, -0.25]] })
        const result = yield* call((client) =>
          client.embeddings.generate({ requestBody: { model: "openai/text-embedding-3-small", input: "a" } })
        )
        assert.strictEqual(GenerationId.fromCompletion(result), id)
      }))

    it.effect("reads the key, the credits, the activity and analytics", () =>
      Effect.gen(function*() {
        const emulator = yield* OpenRouterEmulator
        yield* emulator.reset
        const yesterday = new Date(Date.now() - 86_400_000)
        yield* emulator.add({ id: "gen-1", totalCost: 0.25, createdAt: yesterday.toISOString() })
        assert.strictEqual((yield* call((client) => client.credits.getCredits())).data.totalUsage, 0.25)
        assert.strictEqual((yield* call((client) => client.apiKeys.getCurrentKeyMetadata())).data.usage, 0.25)
        const { data: activity } = yield* call((client) => client.analytics.getUserActivity())
        assert.deepStrictEqual(activity.map(({ requests, usage }) => [requests, usage]), [[1, 0.25]])
        const { data: analytics } = yield* call((client) =>
          client.analytics.queryAnalytics({
            requestBody: {
              metrics: ["request_count"],
              dimensions: ["generation_id"],
              timeRange: { start: new Date(yesterday.getTime() - 1000), end: new Date() }
            }
          })
        )
        // It drops the fields of the rows.
        assert.lengthOf(analytics.data, 1)
        assert.isFalse(analytics.metadata.truncated)
      }))
  })
})
