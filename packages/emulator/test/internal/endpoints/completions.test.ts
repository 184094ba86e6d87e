import { Generation, GenerationContent, GenerationId, Usage } from "@effect-openrouter/core"
import { OpenRouterEmulator, type Reply } from "@effect-openrouter/emulator"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Clock, DateTime, Effect, Exit, Fiber, Option, Schedule, Schema, Stream, TestClock } from "effect"
import { baseUrl, execute, get, getData, inMemory, post, served } from "../../harness.js"

const paths = ["/chat/completions", "/completions", "/responses", "/messages"] as const

const model = "openai/gpt-4o-mini"

const requests = {
  "/chat/completions": { model, messages: [{ role: "user", content: "Hi" }] },
  "/completions": { model, prompt: "Hi" },
  "/responses": { model, input: "Hi" },
  "/messages": { model, messages: [{ role: "user", content: "Hi" }], max_tokens: 100 },
  "/embeddings": { model: "openai/text-embedding-3-small", input: ["a", "b"] }
} as const

const reply = (reply: Reply) => Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.reply(reply))

/** The record of an id, `null` while it is not visible. */
const record = (id: string) =>
  Effect.gen(function*() {
    const response = yield* get(`/generation?id=${id}`)
    const body = yield* response.json
    return response.status === 200
      ? yield* Schema.decodeUnknown(Schema.Struct({ data: Generation }))(body).pipe(Effect.map(({ data }) => data))
      : null
  })

const visibleRecord = (id: string) =>
  Effect.zipRight(TestClock.adjust("1 second"), Effect.flatMap(record(id), Effect.fromNullable))

/** A signal that is aborted when the scope closes. */
const abortSignal = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => new AbortController()),
    (controller) => Effect.sync(() => controller.abort())
  ),
  ({ signal }) => signal
)

interface Completion {
  readonly id?: unknown
  readonly model?: unknown
  readonly error?: unknown
  readonly choices?: ReadonlyArray<unknown>
  readonly usage?: unknown
  readonly [name: string]: unknown
}

const complete = (path: keyof typeof requests, more: object = {}) =>
  Effect.gen(function*() {
    const response = yield* post(path, { ...requests[path], ...more })
    const text = yield* response.text
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) as Completion }
  })

/** The events of a stream: the text of each write, and the JSON after `data: `. */
const stream = (path: keyof typeof requests, more: object = {}) =>
  Effect.gen(function*() {
    const response = yield* post(path, { ...requests[path], stream: true, ...more })
    const text = yield* Stream.mkString(Stream.decodeText(response.stream))
    const data = text.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6))
    return {
      headers: response.headers,
      status: response.status,
      text,
      data,
      chunks: data.filter((data) => data !== "[DONE]").map((data) => JSON.parse(data) as Completion)
    }
  })

const usage = { promptTokens: 21, completionTokens: 7, reasoningTokens: 2, cachedTokens: 4, cost: 0.00123 }

describe("a whole completion", () => {
  it.effect("is a greeting with an id, a model and a cost if nothing was scripted", () =>
    Effect.gen(function*() {
      const { body, headers, status, text } = yield* complete("/chat/completions")
      assert.strictEqual(status, 200)
      assert.isTrue(text.startsWith("\n         \n{"))
      assert.match(String(body.id), /^gen-0-[A-Za-z0-9]{20}$/)
      assert.strictEqual(headers["x-generation-id"], body.id)
      assert.deepInclude(body, { object: "chat.completion", model, provider: "OpenAI", created: 0 })
      const generation = yield* visibleRecord(String(body.id))
      assert.isAbove(Usage.effectiveCost(generation) ?? 0, 0)
      assert.deepInclude(body.usage, {
        cost: generation.totalCost,
        prompt_tokens: generation.nativeTokensPrompt,
        completion_tokens: generation.nativeTokensCompletion
      })
    }).pipe(Effect.provide(inMemory)))

  it.effect.each<readonly [Reply, RegExp]>([
    [{ usage: { cost: Number.NaN } }, /totalCost/],
    [{ record: { finishReason: 5 as never } }, /finishReason/],
    [{ toolCalls: [{ name: "add", arguments: 1n }] }, /BigInt/]
  ])("that cannot be made is a defect when it is scripted: %#", ([scripted, message]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(reply(scripted))
      assert.match(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", message)
      assert.strictEqual((yield* complete("/chat/completions")).status, 200)
    }).pipe(Effect.provide(inMemory)))

  it.effect.each(paths)("of %s has the scripted text, id, model and usage", (path) =>
    Effect.gen(function*() {
      const id = yield* reply({ id: "gen-scripted", text: "Hello there", model: "made/up-2", usage })
      assert.strictEqual(id, "gen-scripted")
      const { body, headers, text } = yield* complete(path)
      assert.strictEqual(GenerationId.fromCompletion(body), id)
      assert.strictEqual(GenerationId.fromHeaders(headers), id)
      assert.strictEqual(body.model, "made/up-2")
      assert.include(text, "Hello there")
      assert.deepInclude(body.usage, { cost: 0.00123, is_byok: false })
      assert.strictEqual((yield* visibleRecord(id)).totalCost, 0.00123)
    }).pipe(Effect.provide(inMemory)))

  it.effect("has the fields of OpenRouter's chat in their order", () =>
    Effect.gen(function*() {
      yield* reply({
        text: "Hello there",
        usage,
        finishReason: "stop",
        nativeFinishReason: "completed",
        provider: "Azure",
        comments: 0
      })
      const { text } = yield* complete("/chat/completions")
      assert.strictEqual(
        text.replace(/gen-0-\w+/, "ID"),
        `{"id":"ID","object":"chat.completion","created":0,"model":"openai/gpt-4o-mini","provider":"Azure",`
          + `"system_fingerprint":null,"service_tier":null,"choices":[{"index":0,"logprobs":null,`
          + `"finish_reason":"stop","native_finish_reason":"completed","message":{"role":"assistant",`
          + `"content":"Hello there","refusal":null,"reasoning":null}}],"usage":{"prompt_tokens":21,`
          + `"completion_tokens":7,"total_tokens":28,"cost":0.00123,"is_byok":false,"prompt_tokens_details":`
          + `{"cached_tokens":4,"cache_write_tokens":0,"audio_tokens":0,"video_tokens":0},"cost_details":`
          + `{"upstream_inference_cost":0.00123,"upstream_inference_prompt_cost":0.000527142857143,`
          + `"upstream_inference_completions_cost":0.000702857142857},"completion_tokens_details":`
          + `{"reasoning_tokens":2,"image_tokens":0,"audio_tokens":0}}}`
      )
    }).pipe(Effect.provide(inMemory)))

  it.effect("carries reasoning and tool calls", () =>
    Effect.gen(function*() {
      const scripted: Reply = {
        reasoning: "Think",
        toolCalls: [{ name: "weather", arguments: { city: "Oslo" }, id: "call_1" }, { name: "now", arguments: "{}" }]
      }
      yield* Effect.replicateEffect(reply(scripted), 3)
      const chat = yield* complete("/chat/completions")
      assert.deepInclude(chat.body.choices?.[0], { finish_reason: "tool_calls" })
      assert.include(chat.text, `"content":null`)
      assert.include(chat.text, `"reasoning":"Think"`)
      assert.include(chat.text, `"function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}`)
      const { text: messages } = yield* complete("/messages")
      assert.include(messages, `"stop_reason":"tool_use"`)
      assert.include(messages, `{"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Oslo"}}`)
      const { text: responses } = yield* complete("/responses")
      assert.include(responses, `"call_id":"call_1","name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"`)
      assert.include(responses, `"summary":[{"type":"summary_text","text":"Think"}]`)
    }).pipe(Effect.provide(inMemory)))

  it.effect("waits for all its delays, and comes after blank lines", () =>
    Effect.gen(function*() {
      const id = yield* reply({ text: ["a", "b", "c"], firstChunkDelay: "2 seconds", chunkDelay: 500, comments: 3 })
      const fiber = yield* Effect.fork(Effect.zip(complete("/chat/completions"), Clock.currentTimeMillis))
      yield* TestClock.adjust("1 minute")
      const [{ text }, at] = yield* Fiber.join(fiber)
      assert.strictEqual(at, 3000)
      assert.isTrue(text.startsWith("\n         \n\n         \n\n         \n{"))
      assert.deepInclude(yield* record(id), { latency: 2000, generationTime: 3000, streamed: false })
    }).pipe(Effect.provide(inMemory)))

  it.effect("that is broken off is half a JSON, and has a record", () =>
    Effect.gen(function*() {
      const id = yield* reply({ text: "Hello there", breakOffAfter: 1 })
      const { text } = yield* Effect.flatMap(post("/chat/completions", requests["/chat/completions"]), ({ text }) =>
        Effect.map(text, (text) => ({ text })))
      assert.throws(() =>
        JSON.parse(text)
      )
      assert.isAbove((yield* visibleRecord(id)).totalCost ?? 0, 0)
    }).pipe(Effect.provide(inMemory)))

  it.effect("is a 400 if the request is not a JSON object, and uses up no reply", () =>
    Effect.gen(function*() {
      const id = yield* reply({})
      for (const path of paths) {
        const response = yield* execute((baseUrl) =>
          HttpClientRequest.bodyText(HttpClientRequest.post(baseUrl + path), "[")
        )
        assert.strictEqual(response.status, 400)
      }
      assert.strictEqual((yield* complete("/chat/completions")).body.id, id)
    }).pipe(Effect.provide(inMemory)))
})

describe("a record", () => {
  it.effect("has what the request and the reply say, and becomes visible after the end", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(1_790_000_000_000)
      const id = yield* reply({
        text: ["a", "b"],
        usage,
        finishReason: "length",
        nativeFinishReason: "max_tokens",
        firstChunkDelay: 400,
        chunkDelay: 100,
        visibleAfter: "3 seconds",
        failedAttempts: [{ status: 503, providerName: "DeepInfra" }],
        record: { serviceTier: "flex", nativeTokensCached: 5 }
      })
      assert.match(id, /^gen-1790000000-[A-Za-z0-9]{20}$/)
      const fiber = yield* Effect.fork(stream("/chat/completions", { user: "ann", session_id: "s-1" }))
      yield* TestClock.adjust(500)
      yield* Fiber.join(fiber)
      yield* TestClock.adjust(2999)
      assert.isNull(yield* record(id))
      yield* TestClock.adjust(1)
      const generation = yield* Effect.flatMap(record(id), Effect.fromNullable)
      const { createdAt, providerResponses } = generation
      assert.deepInclude(generation, {
        id,
        model,
        providerName: "OpenAI",
        apiType: "completions",
        totalCost: 0.00123,
        usage: 0.00123,
        isByok: false,
        upstreamInferenceCost: null,
        nativeTokensPrompt: 21,
        nativeTokensCompletion: 7,
        nativeTokensReasoning: 2,
        nativeTokensCached: 5,
        streamed: true,
        cancelled: false,
        finishReason: "length",
        nativeFinishReason: "max_tokens",
        externalUser: "ann",
        sessionId: "s-1",
        serviceTier: "flex",
        latency: 400,
        generationTime: 500
      })
      assert.strictEqual(createdAt && DateTime.toEpochMillis(createdAt), 1_790_000_000_000)
      assert.deepStrictEqual(providerResponses?.map(({ providerName, status }) => [providerName, status]), [
        ["DeepInfra", 503],
        ["OpenAI", 200]
      ])
    }).pipe(Effect.provide(inMemory)))

  it.effect("with the caller's own key has the provider's cost apart", () =>
    Effect.gen(function*() {
      const id = yield* reply({ usage: { isByok: true, cost: 0.01, upstreamInferenceCost: 0.2 } })
      const { text } = yield* complete("/chat/completions")
      assert.include(text, `"is_byok":true`)
      assert.include(text, `"upstream_inference_cost":0.2`)
      const generation = yield* visibleRecord(id)
      assert.deepInclude(generation, { totalCost: 0.01, upstreamInferenceCost: 0.2, isByok: true })
      assert.strictEqual(Usage.effectiveCost(generation), 0.21)
    }).pipe(Effect.provide(inMemory)))

  it.effect("has the field that the reply replaces, usage following the cost", () =>
    Effect.gen(function*() {
      const id = yield* reply({ record: { totalCost: null } })
      yield* complete("/chat/completions")
      assert.deepInclude(yield* visibleRecord(id), { totalCost: null, usage: null })
    }).pipe(Effect.provide(inMemory)))

  it.effect("has a session from the header, and the content that was sent and made", () =>
    Effect.gen(function*() {
      const id = yield* reply({ text: "Hello there", reasoning: "Think", visibleAfter: 0 })
      yield* execute((baseUrl) =>
        HttpClientRequest.post(`${baseUrl}/chat/completions`).pipe(
          HttpClientRequest.setHeaders({ "x-session-id": "s-2", "http-referer": "https://example.com" }),
          HttpClientRequest.bodyUnsafeJson(requests["/chat/completions"])
        )
      ).pipe(Effect.flatMap(({ text }) => text))
      assert.deepInclude(yield* record(id), { sessionId: "s-2", httpReferer: "https://example.com" })
      const content = yield* Schema.decodeUnknown(GenerationContent)(yield* getData(`/generation/content?id=${id}`))
      assert.deepInclude(content.output, { completion: "Hello there", reasoning: "Think" })
      assert.deepStrictEqual(content.input?.messages, [{ role: "user", content: "Hi" }])
    }).pipe(Effect.provide(inMemory)))

  it.effect("is written even if only the head of the response is read", () =>
    Effect.gen(function*() {
      yield* reply({ text: ["a", "b"], chunkDelay: "1 second" })
      const { headers } = yield* post("/chat/completions", { ...requests["/chat/completions"], stream: true })
      yield* TestClock.adjust("2 seconds")
      const id = GenerationId.fromHeaders(headers)
      assert.deepInclude(yield* record(id ?? ""), { cancelled: false, generationTime: 1000 })
    }).pipe(Effect.provide(inMemory)))

  it.effect("is not written after a reset", () =>
    Effect.gen(function*() {
      const id = yield* reply({ text: ["a", "b"], chunkDelay: "1 second" })
      yield* post("/chat/completions", { ...requests["/chat/completions"], stream: true })
      yield* reply({ id: "gen-forgotten" })
      yield* Effect.flatMap(OpenRouterEmulator, ({ reset }) => reset)
      yield* TestClock.adjust("1 minute")
      assert.isNull(yield* record(id))
      assert.notStrictEqual((yield* complete("/chat/completions")).body.id, "gen-forgotten")
    }).pipe(Effect.provide(inMemory)))
})

describe("a stream", () => {
  it.effect("of chat is OpenRouter's, byte by byte", () =>
    Effect.gen(function*() {
      yield* reply({ text: "Hello wörld 🌍", usage, nativeFinishReason: "completed", provider: "Azure", comments: 2 })
      const { headers, text } = yield* stream("/chat/completions")
      assert.strictEqual(headers["content-type"], "text/event-stream")
      assert.strictEqual(headers["cache-control"], "no-cache")
      const chunk = (content: string, finish = "null", native = "null", before = "", after = "") =>
        `data: {"id":"ID","object":"chat.completion.chunk","created":0,"model":"openai/gpt-4o-mini","provider":"Azure",`
        + `${before}"choices":[{"index":0,"delta":{"content":"${content}","role":"assistant"},`
        + `"finish_reason":${finish},"native_finish_reason":${native}}]${after}}\n\n`
      const usageText = JSON.stringify((JSON.parse(text.split("data: ").at(-2) ?? "") as Completion).usage)
      assert.strictEqual(
        text.replaceAll(/gen-0-\w+/g, "ID"),
        ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"
          + chunk("Hello") + chunk(" wörld") + chunk(" 🌍")
          + chunk("", `"stop"`, `"completed"`)
          + chunk("", `"stop"`, `"completed"`, `"service_tier":"default",`, `,"usage":${usageText}`)
          + "data: [DONE]\n\n"
      )
    }).pipe(Effect.provide(inMemory)))

  it.effect.each(paths)(
    "of %s has the id where its clients look, the text, the cost and a terminal mark",
    (path) =>
      Effect.gen(function*() {
        const id = yield* reply({
          text: ["Hel", "lo"],
          reasoning: "Think",
          toolCalls: [{ name: "now", arguments: {} }],
          usage
        })
        const { chunks, data, headers, text } = yield* stream(path)
        assert.strictEqual(headers["x-generation-id"], id)
        assert.strictEqual(chunks.map(GenerationId.fromCompletion).find((found) => found !== null), id)
        assert.include(text, `"cost":0.00123`)
        assert.strictEqual(data.at(-1), "[DONE]")
        assert.isTrue(text.indexOf("Think") < text.indexOf("Hel"))
        assert.isTrue(text.indexOf("Hel") < text.indexOf("\"lo\""))
        assert.deepInclude(yield* visibleRecord(id), { streamed: true, totalCost: 0.00123 })
      }).pipe(Effect.provide(inMemory))
  )

  it.effect("of responses counts its events, and ends as incomplete where the text was cut", () =>
    Effect.gen(function*() {
      yield* reply({ text: "Hello there", reasoning: "Think", finishReason: "length" })
      const { chunks } = yield* stream("/responses")
      assert.deepStrictEqual(chunks.map(({ sequence_number: n }) => n), chunks.map((_, index) => index))
      assert.deepStrictEqual(chunks.map(({ type }) => String(type).slice("response.".length)), [
        "created",
        "in_progress",
        "output_item.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "incomplete"
      ])
    }).pipe(Effect.provide(inMemory)))

  it.effect("of messages names its events, one block for each kind of content", () =>
    Effect.gen(function*() {
      yield* reply({ text: "Hello there", toolCalls: [{ name: "now", arguments: {} }], comments: 0 })
      const { text } = yield* stream("/messages")
      const events = text.split("\n").filter((line) => line.startsWith("event: ")).map((line) => line.slice(7))
      assert.deepStrictEqual(events, [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "data"
      ])
      assert.isTrue(text.endsWith("event: data\ndata: [DONE]\n\n"))
    }).pipe(Effect.provide(inMemory)))

  it.effect("follows the caller's clock, every byte", () =>
    Effect.gen(function*() {
      yield* reply({ text: ["a", "b", "c"], firstChunkDelay: "10 seconds", chunkDelay: "1 second" })
      const fiber = yield* Effect.fork(
        Effect.flatMap(post("/chat/completions", { ...requests["/chat/completions"], stream: true }), (response) =>
          Stream.decodeText(response.stream).pipe(
            Stream.mapEffect((text) =>
              Effect.map(Clock.currentTimeMillis, (at) => [at, /"content":"(\w)"/.exec(text)?.[1] ?? text.slice(0, 6)])
            ),
            Stream.runCollect
          ))
      )
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual([...(yield* Fiber.join(fiber))], [
        [0, ": OPEN"],
        [10_000, "a"],
        [11_000, "b"],
        [12_000, "c"],
        [12_000, "data: "],
        [12_000, "data: "],
        [12_000, "data: "]
      ])
    }).pipe(Effect.provide(inMemory)))

  it.effect("that is broken off ends with neither usage nor mark, and has a record", () =>
    Effect.gen(function*() {
      for (const path of paths) {
        const id = yield* reply({ text: ["a", "b", "c"], breakOffAfter: 2 })
        const { data, text } = yield* stream(path)
        assert.include(text, "\"b\"")
        assert.notInclude(text, "\"c\"")
        assert.notInclude(data, "[DONE]")
        assert.notInclude(text, "\"cost\"")
        assert.isAbove((yield* visibleRecord(id)).totalCost ?? 0, 0)
      }
    }).pipe(Effect.provide(inMemory)))
})

describe("an error", () => {
  it.effect.each([...paths, "/embeddings"] as const)(
    "of %s before the first token has a status, no id and no record",
    (path) =>
      Effect.gen(function*() {
        const id = yield* reply({ error: { status: 429, message: "Slow down", metadata: { provider_name: "Azure" } } })
        const { body, headers, status } = yield* complete(path, { stream: true })
        assert.strictEqual(status, 429)
        assert.deepInclude(body.error, { code: 429, message: "Slow down", metadata: { provider_name: "Azure" } })
        assert.isUndefined(headers["x-generation-id"])
        yield* TestClock.adjust("1 minute")
        assert.isNull(yield* record(id))
      }).pipe(Effect.provide(inMemory))
  )

  it.effect("in a stream of chat has three shapes, and costs nothing", () =>
    Effect.gen(function*() {
      const ids = yield* Effect.forEach(["finishReason", "noChoices", "usage"] as const, (shape) =>
        reply({ text: ["Hel", "lo"], error: { status: 502, message: "Provider disconnected", afterChunks: 1, shape } }))
      const [first, second, third] = yield* Effect.replicateEffect(stream("/chat/completions"), 3)
      for (const { chunks, text } of [first, second, third].flatMap(Option.fromNullable).flatMap(Option.toArray)) {
        assert.include(text, `"Hel"`)
        assert.notInclude(text, `"lo"`)
        assert.deepStrictEqual(chunks.at(-1)?.error, { code: 502, message: "Provider disconnected" })
      }
      assert.deepInclude(first?.chunks.at(-1)?.choices?.[0], { finish_reason: "error" })
      assert.deepStrictEqual(second?.chunks.at(-1)?.choices, [])
      assert.deepInclude(third?.chunks.at(-1)?.choices?.[0], { finish_reason: null })
      assert.deepInclude(third?.chunks.at(-1)?.usage, { cost: 0 })
      assert.deepStrictEqual(
        [first, second, third].map((stream) =>
          stream?.data.at(-1) === "[DONE]"
        ),
        [false, false, true]
      )
      yield* TestClock.adjust("1 second")
      for (const id of ids) {
        assert.deepInclude(yield* record(id), { finishReason: "error", totalCost: 0, cancelled: false })
      }
    }).pipe(Effect.provide(inMemory)))

  it.effect("in a stream of responses and messages has their own event", () =>
    Effect.gen(function*() {
      yield* Effect.replicateEffect(reply({ text: ["a", "b"], error: { status: 529, afterChunks: 1 } }), 2)
      const responses = yield* stream("/responses")
      assert.deepInclude(responses.chunks.at(-1), { type: "response.failed", sequence_number: 5 })
      const messages = yield* stream("/messages")
      assert.deepInclude(messages.chunks.at(-1), { type: "error" })
      assert.deepInclude(messages.chunks.at(-1)?.error, { type: "overloaded_error" })
      assert.notInclude(messages.text, "message_stop")
    }).pipe(Effect.provide(inMemory)))

  it.effect("in a whole response is in its choice, with status 200", () =>
    Effect.gen(function*() {
      const id = yield* reply({ text: ["Hel", "lo"], error: { status: 502, message: "Gone", afterChunks: 1 } })
      const { body, status } = yield* complete("/chat/completions")
      assert.strictEqual(status, 200)
      assert.deepInclude(body.choices?.[0], { finish_reason: "error", error: { code: 502, message: "Gone" } })
      assert.deepInclude(yield* visibleRecord(id), { finishReason: "error", totalCost: 0 })
    }).pipe(Effect.provide(inMemory)))

  it.effect("of a fault comes first, and uses up no reply", () =>
    Effect.gen(function*() {
      const id = yield* reply({})
      yield* Effect.flatMap(OpenRouterEmulator, ({ faults }) => faults([{ status: 503 }]))
      assert.strictEqual((yield* complete("/chat/completions")).status, 503)
      assert.strictEqual((yield* complete("/chat/completions")).body.id, id)
    }).pipe(Effect.provide(inMemory)))
})

describe("embeddings", () => {
  it.effect("have one vector for each input, the id last and in no header", () =>
    Effect.gen(function*() {
      const { body, headers } = yield* complete("/embeddings")
      assert.deepStrictEqual(Object.keys(body), ["object", "data", "model", "usage", "provider", "id"])
      assert.match(String(body.id), /^gen-emb-0-[A-Za-z0-9]{20}$/)
      assert.isUndefined(headers["x-generation-id"])
      assert.strictEqual(body.model, "text-embedding-3-small")
      assert.lengthOf(body["data"] as ReadonlyArray<unknown>, 2)
      const generation = yield* visibleRecord(String(body.id))
      assert.deepInclude(generation, {
        apiType: "embeddings",
        model: "openai/text-embedding-3-small",
        nativeTokensCompletion: 0,
        streamed: false
      })
      assert.isAbove(generation.totalCost ?? 0, 0)
    }).pipe(Effect.provide(inMemory)))

  it.effect("are little-endian 32-bit floats in base64 if asked for", () =>
    Effect.gen(function*() {
      const id = yield* reply({ embeddings: [[0.5, -0.25, 0.125]] })
      assert.match(id, /^gen-emb-/)
      const { body } = yield* complete("/embeddings", { encoding_format: "base64" })
      const [{ embedding } = { embedding: "" }] = body["data"] as ReadonlyArray<{ readonly embedding: string }>
      const bytes = Uint8Array.from(Buffer.from(embedding, "base64"))
      assert.deepStrictEqual([...new Float32Array(bytes.buffer)], [0.5, -0.25, 0.125])
    }).pipe(Effect.provide(inMemory)))

  it.effect("have one vector for a text, or for one list of tokens, of the dimensions asked for", () =>
    Effect.gen(function*() {
      for (const input of ["text", [1, 2, 3]]) {
        const { body } = yield* complete("/embeddings", { input, dimensions: 3 })
        const data = body["data"] as ReadonlyArray<{ readonly embedding: ReadonlyArray<number> }>
        assert.deepStrictEqual(data.map(({ embedding }) => embedding.length), [3])
      }
    }).pipe(Effect.provide(inMemory)))
})

describe("a cancellation by the caller", () => {
  const scripted: Reply = { text: ["a", "b", "c", "d"], chunkDelay: "100 millis", usage, visibleAfter: "9 seconds" }

  it.effect("in memory is seen when the reader stops, is interrupted, or closes its scope", () =>
    Effect.gen(function*() {
      const request = post("/chat/completions", { ...requests["/chat/completions"], stream: true })
      const reading = Effect.flatMap(request, ({ stream }) => Stream.runDrain(stream))
      const stops = Effect.flatMap(
        request,
        ({ stream }) => Stream.runDrain(Stream.takeUntil(Stream.decodeText(stream), (text) => text.includes(`"b"`)))
      )

      const stopped = yield* reply(scripted)
      const fiber = yield* Effect.fork(stops)
      yield* TestClock.adjust(100)
      yield* Fiber.join(fiber)

      const interrupted = yield* reply(scripted)
      const reader = yield* Effect.fork(reading)
      yield* TestClock.adjust(150)
      yield* Fiber.interrupt(reader)

      const scoped = yield* reply(scripted)
      const client = HttpClient.withScope(yield* HttpClient.HttpClient)
      yield* Effect.scoped(Effect.zipRight(
        client.execute(
          HttpClientRequest.post("/chat/completions").pipe(
            HttpClientRequest.prependUrl(yield* baseUrl),
            HttpClientRequest.bearerToken("key"),
            HttpClientRequest.bodyUnsafeJson({ ...requests["/chat/completions"], stream: true })
          )
        ),
        TestClock.adjust(150)
      ))

      const whole = yield* reply(scripted)
      const waiter = yield* Effect.fork(complete("/chat/completions"))
      yield* TestClock.adjust(150)
      yield* Fiber.interrupt(waiter)

      yield* TestClock.adjust(8600)
      assert.isNull(yield* record(whole))
      yield* TestClock.adjust("1 minute")
      for (const id of [stopped, interrupted, scoped, whole]) {
        const generation = yield* Effect.flatMap(record(id), Effect.fromNullable)
        assert.deepInclude(generation, { cancelled: true, finishReason: null, nativeFinishReason: null })
        assert.isAbove(generation.totalCost ?? 0, 0)
        assert.isBelow(generation.totalCost ?? 0, usage.cost)
        assert.isBelow(generation.nativeTokensCompletion ?? 0, 7)
      }
      assert.deepInclude(yield* record(stopped), { generationTime: 100, latency: 0 })
    }).pipe(Effect.provide(inMemory)))

  it.scopedLive("over a socket is seen in every phase", () =>
    Effect.gen(function*() {
      const request = (stream: boolean, signal: AbortSignal) =>
        Effect.flatMap(baseUrl, (baseUrl) =>
          Effect.promise(() =>
            fetch(`${baseUrl}/chat/completions`, {
              method: "POST",
              headers: { authorization: "Bearer key" },
              body: JSON.stringify({ ...requests["/chat/completions"], stream }),
              signal
            })
          ))
      const slow = { ...scripted, firstChunkDelay: "1 hour", visibleAfter: 0 } as const
      const ids = []
      // Before the first chunk, between two chunks, and while a whole response is awaited.
      for (
        const [reply_, stream] of [[slow, true], [{ ...slow, firstChunkDelay: 0, chunkDelay: "1 hour" }, true], [
          slow,
          false
        ]] as const
      ) {
        ids.push(yield* reply(reply_))
        yield* Effect.scoped(Effect.gen(function*() {
          const response = yield* request(stream, yield* abortSignal)
          yield* Effect.promise(async () => response.body?.getReader().read())
        }))
      }
      for (const id of ids) {
        const generation = yield* record(id).pipe(
          Effect.flatMap(Effect.fromNullable),
          Effect.retry({ schedule: Schedule.spaced(20), times: 500 })
        )
        assert.deepInclude(generation, { cancelled: true, finishReason: null })
        assert.isAbove(generation.totalCost ?? 0, 0)
        assert.isAtMost(generation.totalCost ?? 0, usage.cost)
      }
    }).pipe(Effect.provide(served)))
})

describe("over a socket", () => {
  it.scopedLive("everything is as in memory", () =>
    Effect.gen(function*() {
      const id = yield* reply({ text: "Hello wörld 🌍", usage, chunkDelay: 1, visibleAfter: 0 })
      const { data, headers } = yield* stream("/chat/completions")
      assert.strictEqual(headers["x-generation-id"], id)
      assert.strictEqual(data.at(-1), "[DONE]")
      assert.deepInclude(yield* record(id), { totalCost: 0.00123, cancelled: false })
      const { body } = yield* complete("/embeddings")
      assert.match(String(body.id), /^gen-emb-/)
    }).pipe(Effect.provide(served)))
})
