// Where each client has the id of a generation, and what it makes of the cost: the tables of docs/what-did-this-call-cost.md.
import { GenerationId } from "@effect-openrouter/core"
import { OpenRouterEmulator, type Reply } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, layer } from "@effect/vitest"
import { ChatOpenAI } from "@langchain/openai"
import { createOpenRouter } from "@openrouter/ai-sdk-provider"
import { OpenRouter } from "@openrouter/sdk"
import { embed, generateText, streamText } from "ai"
import { Effect, Layer } from "effect"
import { createServer } from "node:http"
import OpenAI, { APIError } from "openai"

const emulated = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

const apiKey = "sk-or-v1-example"
const model = "openai/gpt-4o-mini"
const embeddingModel = "openai/text-embedding-3-small"
const messages = [{ role: "user" as const, content: "Hi" }]

/** Scripts a reply, makes a call, and returns the id and the result. */
const call = <A>(reply: Reply, make: (baseURL: string) => Promise<A>) =>
  Effect.gen(function*() {
    const emulator = yield* OpenRouterEmulator
    const id = yield* emulator.reply(reply)
    const baseURL = yield* HttpServer.addressFormattedWith((origin) => Effect.succeed(`${origin}/api/v1`))
    return { id, result: yield* Effect.promise(() => make(baseURL)) }
  })

const collect = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const collected: Array<A> = []
  for await (const item of items) collected.push(item)
  return collected
}

const scripted: Reply = { text: "Hello there", usage: { cost: 0.00123 } }

const embeddings: Reply = { embeddings: [[0.5, -0.25]] }

describe("the id and the cost in the results of", () => {
  layer(emulated, { excludeTestServices: true })((it) => {
    const openai = (baseURL: string) => new OpenAI({ apiKey, baseURL })

    it.effect("openai", () =>
      Effect.gen(function*() {
        const whole = yield* call(scripted, (url) => openai(url).chat.completions.create({ model, messages }))
        assert.strictEqual(GenerationId.fromCompletion(whole.result), whole.id)
        assert.strictEqual((whole.result.usage as { readonly cost?: unknown } | undefined)?.cost, 0.00123)

        const streamed = yield* call(scripted, async (url) =>
          collect(await openai(url).chat.completions.create({ model, messages, stream: true })))
        for (const chunk of streamed.result) {
          assert.strictEqual(GenerationId.fromCompletion(chunk), streamed.id)
        }

        const response = yield* call(scripted, (url) =>
          openai(url).responses.create({ model, input: "Hi" }))
        assert.strictEqual(GenerationId.fromCompletion(response.result), response.id)
        assert.strictEqual(response.result.output_text, "Hello there")
        const events = yield* call(scripted, async (url) =>
          collect(await openai(url).responses.create({ model, input: "Hi", stream: true })))
        assert.strictEqual(GenerationId.fromCompletion(events.result[0]), events.id)

        const vectors = yield* call(embeddings, (url) =>
          openai(url).embeddings.create({ model: embeddingModel, input: "Hi" }))
        assert.strictEqual(GenerationId.fromCompletion(vectors.result), vectors.id)
        assert.deepStrictEqual([...vectors.result.data[0]?.embedding ?? []], [0.5, -0.25])

        const failed = yield* call({ ...scripted, error: { status: 502, afterChunks: 1 } }, async (url) =>
          collect(await openai(url).chat.completions.create({ model, messages, stream: true })).then(
            () =>
              null,
            (error: unknown) =>
              error
          ))
        assert.instanceOf(failed.result, APIError)
      }))

    it.effect("the AI SDK", () =>
      Effect.gen(function*() {
        const provider = (baseURL: string) => createOpenRouter({ apiKey, baseURL })
        const whole = yield* call(scripted, (url) => generateText({ model: provider(url)(model), prompt: "Hi" }))
        assert.strictEqual(GenerationId.fromCompletion(whole.result), whole.id)
        assert.strictEqual(whole.result.text, "Hello there")

        const streamed = yield* call(scripted, async (url) => {
          const result = streamText({ model: provider(url)(model), prompt: "Hi" })
          const parts = await collect(result.fullStream)
          return { parts, response: await result.response }
        })
        assert.strictEqual(GenerationId.fromCompletion(streamed.result.response), streamed.id)
        const texts = streamed.result.parts.filter(({ type }) => type === "text-delta")
        assert.isNotEmpty(texts)
        for (const part of texts) assert.strictEqual(GenerationId.fromCompletion(part), streamed.id)

        const vectors = yield* call(embeddings, (url) =>
          embed({ model: provider(url).textEmbeddingModel(embeddingModel), value: "Hi" }))
        assert.strictEqual(GenerationId.fromCompletion(vectors.result), vectors.id)
      }))

    it.effect("@openrouter/sdk", () =>
      Effect.gen(function*() {
        const client = (serverURL: string) => new OpenRouter({ apiKey, serverURL })
        const whole = yield* call(scripted, (url) => client(url).chat.send({ chatRequest: { model, messages } }))
        assert.strictEqual(GenerationId.fromCompletion(whole.result), whole.id)

        const streamed = yield* call(scripted, async (url) => {
          const result = await client(url).chat.send({ chatRequest: { model, messages, stream: true } })
          return result instanceof ReadableStream ? collect(result) : []
        })
        assert.isNotEmpty(streamed.result)
        for (const chunk of streamed.result) assert.strictEqual(GenerationId.fromCompletion(chunk), streamed.id)

        const vectors = yield* call(embeddings, (url) =>
          client(url).embeddings.generate({ requestBody: { model: embeddingModel, input: "Hi" } }))
        assert.strictEqual(GenerationId.fromCompletion(vectors.result), vectors.id)
      }))

    it.effect("LangChain, whose sum of a stream has twice the cost", () =>
      Effect.gen(function*() {
        const chat = (baseURL: string) => new ChatOpenAI({ model, apiKey, configuration: { baseURL } })
        const whole = yield* call(scripted, (url) => chat(url).invoke("Hi"))
        assert.strictEqual(GenerationId.fromCompletion(whole.result), whole.id)
        assert.deepInclude(whole.result.response_metadata["usage"], { cost: 0.00123 })

        const streamed = yield* call(scripted, async (url) => collect(await chat(url).stream("Hi")))
        const message = streamed.result.reduce((sum, chunk) => sum.concat(chunk))
        assert.strictEqual(GenerationId.fromCompletion(message), streamed.id)
        assert.deepInclude(message.response_metadata["usage"], { cost: 0.00246 })
        assert.strictEqual(message.response_metadata["finish_reason"], "stopstop")
      }))
  })
})
