import { Generation } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Schema, TestClock } from "effect"
import { createServer } from "node:http"

const api = "https://openrouter.ai/api/v1"

const inMemory = Layer.provideMerge(OpenRouterEmulator.layerHttpClient, OpenRouterEmulator.layer)

const emulator = OpenRouterEmulator

const send = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.gen(function*() {
    const response = yield* HttpClient.execute(HttpClientRequest.bearerToken(request, "key"))
    return { status: response.status, headers: response.headers, text: yield* response.text }
  })

const get = (path: string) => send(HttpClientRequest.get(`${api}${path}`))

const submit = (body: unknown) =>
  send(HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post(`${api}/generation/feedback`), body))

const json = ({ text }: { readonly text: string }): { readonly data: unknown; readonly error: unknown } =>
  JSON.parse(text)

describe("OpenRouterEmulator", () => {
  it.effect("answers with a whole record, what it was not given as null", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1", totalCost: 0.0015, unknownFields: { speed: "fast" } })
      const answer = yield* get("/generation?id=gen-1")
      assert.strictEqual(answer.status, 200)
      const { data } = json(answer)
      assert.deepInclude(data, { id: "gen-1", total_cost: 0.0015, model: null, speed: "fast" })
      assert.strictEqual((yield* Schema.decodeUnknown(Generation)(data)).totalCost, 0.0015)
    }).pipe(Effect.provide(inMemory)))

  it.effect("takes attempts and fields that are given in part", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1", totalCost: undefined, providerResponses: [{ status: 503 }] })
      const { data } = json(yield* get("/generation?id=gen-1"))
      assert.deepInclude(data, { total_cost: null })
      const { providerResponses } = yield* Schema.decodeUnknown(Generation)(data)
      assert.deepInclude(providerResponses?.[0], { status: 503, providerName: null })
    }).pipe(Effect.provide(inMemory)))

  it.effect("replaces a record of the same id", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1", model: "old" })
      yield* (yield* emulator).add({ id: "gen-1", model: "new" })
      assert.deepInclude(json(yield* get("/generation?id=gen-1")).data, { model: "new" })
    }).pipe(Effect.provide(inMemory)))

  it.effect.each(
    [
      ["/generation?id=gen-x", 404, "Resource not found"],
      ["/generation/content?id=gen-x", 404, "Resource not found"],
      ["/generation", 400, "Invalid request parameters"],
      ["/generation?id=", 400, "Invalid request parameters"],
      ["/models", 404, "Resource not found"]
    ] as const
  )("answers %s with a %d in OpenRouter's form", ([path, status, message]) =>
    Effect.gen(function*() {
      const answer = yield* get(path)
      assert.strictEqual(answer.status, status)
      assert.deepStrictEqual(json(answer).error, { code: status, message })
    }).pipe(Effect.provide(inMemory)))

  it.effect("refuses a request without a key", () =>
    Effect.gen(function*() {
      const response = yield* HttpClient.get(`${api}/generation?id=gen-1`)
      assert.strictEqual(response.status, 401)
      assert.deepStrictEqual(yield* response.json, { error: { code: 401, message: "Missing Authentication header" } })
    }).pipe(Effect.provide(inMemory)))

  it.effect("hides a record until its time has come", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1" }, { visibleAfter: "2 seconds" })
      const statuses = yield* Effect.forEach([0, 1999, 1], (millis) =>
        TestClock.adjust(millis).pipe(
          Effect.zipRight(get("/generation?id=gen-1")),
          Effect.map(({ status }) => status)
        ))
      assert.deepStrictEqual(statuses, [404, 404, 200])
    }).pipe(Effect.provide(inMemory)))

  it.effect("answers with content where it was given, and a 404 where not", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1" })
      yield* (yield* emulator).add({ id: "gen-2" }, { content: { output: { completion: "42" } } })
      assert.strictEqual((yield* get("/generation/content?id=gen-1")).status, 404)
      assert.deepStrictEqual(json(yield* get("/generation/content?id=gen-2")).data, {
        input: null,
        output: { completion: "42", reasoning: null },
        error: null
      })
    }).pipe(Effect.provide(inMemory)))

  it.effect.each(
    [
      [{ generation_id: "gen-1", category: "billing" }, 200],
      [{ generation_id: "gen-1", category: "billing", comment: "x".repeat(1000) }, 200],
      [{ generation_id: "gen-1", category: "billing", comment: "x".repeat(1001) }, 400],
      [{ generation_id: "gen-1", category: "praise" }, 400],
      [{ generation_id: "", category: "billing" }, 400],
      [{ generation_id: "gen-x", category: "billing" }, 404],
      [[], 400]
    ] as const
  )("answers feedback %# with a %s", ([body, status]) =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1" })
      const answer = yield* submit(body)
      assert.strictEqual(answer.status, status)
      if (status === 200) assert.deepStrictEqual(json(answer).data, { success: true })
    }).pipe(Effect.provide(inMemory)))

  describe("faults", () => {
    it.effect("meet the next requests in order, one each", () =>
      Effect.gen(function*() {
        const { add, faults } = yield* emulator
        yield* add({ id: "gen-1" })
        yield* faults([{ status: 429, headers: { "retry-after": "3" } }, { status: 500, body: "<html>" }])
        yield* faults([{ status: 200, body: `{"data":{"id":` }, { status: 205 }, {
          status: 502,
          body: null
        }])
        const answers = yield* Effect.replicateEffect(get("/generation?id=gen-1"), 6)
        assert.deepStrictEqual(answers.map(({ status }) => status), [429, 500, 200, 205, 502, 200])
        assert.deepStrictEqual(answers.slice(1, 5).map(({ text }) => text), [
          "<html>",
          `{"data":{"id":`,
          "",
          "null"
        ])
        assert.strictEqual(answers[0]?.headers["retry-after"], "3")
        assert.deepInclude(JSON.parse(answers[0]?.text ?? "").error, { code: 429, message: "Rate limit exceeded" })
      }).pipe(Effect.provide(inMemory)))

    it.effect("delay an answer by the clock of the test", () =>
      Effect.gen(function*() {
        const { add, faults } = yield* emulator
        yield* add({ id: "gen-1" })
        yield* faults([{ delay: "20 seconds" }])
        const fiber = yield* Effect.fork(Effect.zip(get("/generation?id=gen-1"), Clock.currentTimeMillis))
        yield* TestClock.adjust("1 minute")
        const [answer, at] = yield* Fiber.join(fiber)
        assert.deepStrictEqual([answer.status, at], [200, 20_000])
      }).pipe(Effect.provide(inMemory)))
  })

  describe("requests", () => {
    it.effect("are what was received, the oldest first", () =>
      Effect.gen(function*() {
        yield* get("/generation?id=gen%2F1")
        yield* submit({ generation_id: "gen-1" })
        const [first, second] = yield* (yield* emulator).requests
        assert.deepInclude(first, { method: "GET", url: "/api/v1/generation?id=gen%2F1", body: "" })
        assert.strictEqual(first?.headers["authorization"], "Bearer key")
        assert.deepInclude(second, { method: "POST", body: `{"generation_id":"gen-1"}` })
      }).pipe(Effect.provide(inMemory)))
  })

  it.scopedLive("is served on an HttpServer", () =>
    Effect.gen(function*() {
      const { add, faults, requests } = yield* emulator
      yield* add({ id: "gen-1" })
      const call = HttpServer.addressFormattedWith((address) =>
        send(HttpClientRequest.get(`${address}/api/v1/generation?id=gen-1`))
      )
      assert.strictEqual((yield* call).status, 200)
      yield* faults([{ status: 503, body: "down" }])
      assert.deepInclude(yield* call, { status: 503, text: "down" })
      assert.lengthOf(yield* requests, 2)
    }).pipe(Effect.provide(
      Layer.mergeAll(OpenRouterEmulator.serve, FetchHttpClient.layer).pipe(
        Layer.provideMerge(OpenRouterEmulator.layer),
        Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
      )
    )))
})
