import { Generation } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { FetchHttpClient, HttpBody, HttpClient, HttpClientRequest, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Schema, Stream, TestClock } from "effect"
import { createServer } from "node:http"
import { exchange, openConnection } from "./connection.js"

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
  it.effect("returns a whole record", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1", totalCost: 0.0015, unknownFields: { speed: "fast" } })
      const response = yield* get("/generation?id=gen-1")
      assert.strictEqual(response.status, 200)
      const { data } = json(response)
      assert.deepInclude(data, { id: "gen-1", total_cost: 0.0015, usage: 0.0015, speed: "fast" })
      assert.strictEqual((yield* Schema.decodeUnknown(Generation)(data)).totalCost, 0.0015)
    }).pipe(Effect.provide(inMemory)))

  it.effect("keeps an explicit null, and takes a date as ISO 8601 text", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1", model: null, createdAt: "2026-07-21 09:59:00.123+02:00" })
      assert.deepInclude(json(yield* get("/generation?id=gen-1")).data, {
        model: null,
        created_at: "2026-07-21T07:59:00.123Z"
      })
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
  )("responds to %s with a %d in OpenRouter's envelope", ([path, status, message]) =>
    Effect.gen(function*() {
      const response = yield* get(path)
      assert.strictEqual(response.status, status)
      assert.deepStrictEqual(json(response).error, { code: status, message })
    }).pipe(Effect.provide(inMemory)))

  it.effect("rejects a request without a key", () =>
    Effect.gen(function*() {
      const response = yield* HttpClient.get(`${api}/generation?id=gen-1`)
      assert.strictEqual(response.status, 401)
      assert.deepStrictEqual(yield* response.json, { error: { code: 401, message: "Missing Authentication header" } })
    }).pipe(Effect.provide(inMemory)))

  it.effect("hides a record until it becomes visible", () =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1" }, { visibleAfter: "2 seconds" })
      const statuses = yield* Effect.forEach([0, 1999, 1], (millis) =>
        TestClock.adjust(millis).pipe(
          Effect.zipRight(get("/generation?id=gen-1")),
          Effect.map(({ status }) => status)
        ))
      assert.deepStrictEqual(statuses, [404, 404, 200])
    }).pipe(Effect.provide(inMemory)))

  it.effect("returns the content that was given, and a 404 without one", () =>
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
  )("responds to feedback %# with a %s", ([body, status]) =>
    Effect.gen(function*() {
      yield* (yield* emulator).add({ id: "gen-1" })
      const response = yield* submit(body)
      assert.strictEqual(response.status, status)
      if (status === 200) assert.deepStrictEqual(json(response).data, { success: true })
    }).pipe(Effect.provide(inMemory)))

  describe("faults", () => {
    it.effect("are used by the next requests in order, one each", () =>
      Effect.gen(function*() {
        const { add, faults } = yield* emulator
        yield* add({ id: "gen-1" })
        yield* faults([{ status: 429, headers: { "retry-after": "3" } }, { status: 500, body: "<html>" }])
        yield* faults([{ status: 200, body: `{"data":{"id":` }, { status: 205 }, {
          status: 502,
          body: null
        }])
        const responses = yield* Effect.replicateEffect(get("/generation?id=gen-1"), 6)
        assert.deepStrictEqual(responses.map(({ status }) => status), [429, 500, 200, 205, 502, 200])
        assert.deepStrictEqual(responses.slice(1, 5).map(({ text }) => text), [
          "<html>",
          `{"data":{"id":`,
          "",
          "null"
        ])
        assert.strictEqual(responses[0]?.headers["retry-after"], "3")
        assert.deepInclude(JSON.parse(responses[0]?.text ?? "").error, { code: 429, message: "Rate limit exceeded" })
      }).pipe(Effect.provide(inMemory)))

    it.effect("delay a response by the clock of the test", () =>
      Effect.gen(function*() {
        const { add, faults } = yield* emulator
        yield* add({ id: "gen-1" })
        yield* faults([{ delay: "20 seconds" }])
        const fiber = yield* Effect.fork(Effect.zip(get("/generation?id=gen-1"), Clock.currentTimeMillis))
        yield* TestClock.adjust("1 minute")
        const [response, at] = yield* Fiber.join(fiber)
        assert.deepStrictEqual([response.status, at], [200, 20_000])
      }).pipe(Effect.provide(inMemory)))

    it.effect("with a predicate wait for the request that matches", () =>
      Effect.gen(function*() {
        const { add, faults } = yield* emulator
        yield* add({ id: "gen-1" })
        yield* add({ id: "gen-2" })
        yield* faults([
          { status: 503, when: ({ url }) => url.endsWith("gen-2") },
          { status: 500, when: ({ method }) => method === "POST" },
          { status: 429 }
        ])
        const responses = yield* Effect.forEach(
          ["gen-1", "gen-1", "gen-2", "gen-2"],
          (id) => get(`/generation?id=${id}`)
        )
        assert.deepStrictEqual(responses.map(({ status }) => status), [429, 200, 503, 200])
        assert.strictEqual((yield* submit({ generation_id: "gen-1", category: "billing" })).status, 500)
      }).pipe(Effect.provide(inMemory)))
  })

  it.effect("forgets records, faults and requests on reset", () =>
    Effect.gen(function*() {
      const { add, faults, requests, reset } = yield* emulator
      yield* add({ id: "gen-1" })
      yield* faults([{ status: 503 }])
      yield* reset
      assert.strictEqual((yield* get("/generation?id=gen-1")).status, 404)
      assert.lengthOf(yield* requests, 1)
    }).pipe(Effect.provide(inMemory)))

  it.effect("lets a page of any origin call it", () =>
    Effect.gen(function*() {
      const { faults, requests } = yield* emulator
      yield* faults([{ status: 503, headers: { "access-control-allow-origin": "https://example.com" } }])
      const preflight = yield* HttpClient.execute(
        HttpClientRequest.make("OPTIONS")(`${api}/generation?id=gen-1`, {
          headers: { "access-control-request-headers": "authorization,x-title" }
        })
      )
      assert.strictEqual(preflight.status, 204)
      assert.deepInclude(preflight.headers, {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET,POST,OPTIONS",
        "access-control-allow-headers": "authorization,x-title"
      })
      const fault = yield* get("/generation?id=gen-1")
      assert.deepInclude(fault, { status: 503 })
      assert.strictEqual(fault.headers["access-control-allow-origin"], "https://example.com")
      const { headers, status } = yield* get("/generation?id=gen-1")
      assert.strictEqual(status, 404)
      assert.strictEqual(headers["access-control-allow-origin"], "*")
      assert.include(headers["access-control-expose-headers"], "X-Generation-Id")
      assert.deepStrictEqual((yield* requests).map(({ method }) => method), ["OPTIONS", "GET", "GET"])
    }).pipe(Effect.provide(inMemory)))

  it.effect("reads every kind of request body", () =>
    Effect.gen(function*() {
      const bodies = [
        HttpBody.empty,
        HttpBody.text("text"),
        HttpBody.raw("raw"),
        HttpBody.stream(Stream.make(new TextEncoder().encode("stream"))),
        HttpBody.formData(new FormData())
      ]
      yield* Effect.forEach(bodies, (body) =>
        send(HttpClientRequest.setBody(HttpClientRequest.post(`${api}/generation/feedback`), body)))
      const received = (yield* (yield* emulator).requests).map(({ body }) =>
        body
      )
      assert.deepStrictEqual(received.slice(0, 4), ["", "text", "raw", "stream"])
      assert.match(received[4] ?? "", /^--/)
    }).pipe(Effect.provide(inMemory)))

  it.effect("fails a request that HTTP cannot carry", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        send(HttpClientRequest.setBody(HttpClientRequest.get(`${api}/generation`), HttpBody.text("body")))
      )
      assert.include(String(error), "Encode")
    }).pipe(Effect.provide(inMemory)))

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

  describe("served on an HttpServer", () => {
    const served = Layer.mergeAll(OpenRouterEmulator.serve, FetchHttpClient.layer).pipe(
      Layer.provideMerge(OpenRouterEmulator.layer),
      Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
    )
    const port = Effect.map(HttpServer.HttpServer, ({ address }) => address._tag === "TcpAddress" ? address.port : 0)

    it.scopedLive("responds as in memory", () =>
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
      }).pipe(Effect.provide(served)))

    it.scopedLive("reads any request target", () =>
      Effect.gen(function*() {
        const targets = ["http://[/", "http://[/api/v1/generation?id=gen-1", "//[", "/%", "*", "http://x:99999/"]
        yield* (yield* emulator).add({ id: "gen-1" })
        const responses = yield* Effect.forEach(targets, (target) =>
          Effect.gen(function*() {
            const socket = yield* openConnection(yield* port)
            const response = yield* exchange(
              socket,
              `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\n\r\n`
            )
            socket.destroy()
            return response.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length)
          }))
        assert.deepStrictEqual(responses, ["404", "200", "404", "404", "404", "404"])
      }).pipe(Effect.provide(served)))
  })
})
