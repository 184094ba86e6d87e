// The two transports over fetch: what the program provides is used, and what a runtime lacks is worked around.
import { OpenRouterClient, type OpenRouterClientOptions, RetryPolicy } from "@effect-openrouter/client"
import * as FetchClient from "@effect-openrouter/client/fetch"
import { isTransient } from "@effect-openrouter/core"
import { apiKey, recordingTracer } from "@effect-openrouter/test-support"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Schedule, TestClock } from "effect"
import { get, post } from "./harness.js"
import { makeHostileServer, responseHead } from "./hostileServer.js"

const url = "https://openrouter.ai/api/v1/generation?id=gen-1"

/** A fetch that records its calls, and responds with the record. */
const recordingFetch = (respond: (init: RequestInit) => Response | Promise<Response> = () => recordResponse()) => {
  const calls: Array<{ readonly url: string; readonly init: RequestInit }> = []
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    calls.push({ url: input instanceof Request ? input.url : String(input), init })
    return respond(init)
  }
  return { calls, layer: Layer.succeed(FetchHttpClient.Fetch, fetch) }
}

const recordResponse = () => Response.json({ data: { id: "gen-1" } })

/** A response with properties that only a browser gives one. */
const responseWith = (response: Response, properties: Readonly<Record<string, unknown>>): Response =>
  new Proxy(response, {
    get: (target, name) => {
      const value = name in properties ? properties[String(name)] : Reflect.get(target, name)
      return typeof value === "function" ? value.bind(target) : value
    }
  })

describe.each([
  ["FetchHttpClient.layer", FetchHttpClient.layer],
  ["client/fetch", FetchClient.layer],
  [
    "an HttpClient derived from client/fetch",
    Layer.provide(
      Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.tap(() => Effect.void))),
      FetchClient.layer
    )
  ]
])("over %s", (_, httpClient) => {
  const client = (fetch: Layer.Layer<never>, options: Partial<OpenRouterClientOptions> = {}) =>
    OpenRouterClient.layer({ apiKey, retry: RetryPolicy.none, ...options }).pipe(
      Layer.provide(httpClient),
      Layer.provide(fetch)
    )

  it.effect("the fetch of the layer is called with the URL, the headers and a signal", () =>
    Effect.gen(function*() {
      const { calls, layer } = recordingFetch()
      assert.deepStrictEqual(yield* Effect.provide(get(), client(layer)), { id: "gen-1" })
      assert.deepStrictEqual(calls.map((call) => call.url), [url])
      const headers = new Headers(calls[0]?.init.headers)
      assert.deepStrictEqual(
        [headers.get("authorization"), headers.get("accept"), calls[0]?.init.method],
        ["Bearer sk-or-v1-0123456789abcdef", "application/json", "GET"]
      )
      assert.instanceOf(calls[0]?.init.signal, AbortSignal)
    }))

  it.effect("a POST has its body as JSON", () =>
    Effect.gen(function*() {
      const { calls, layer } = recordingFetch()
      yield* Effect.provide(post(), client(layer))
      const body = new Response(calls[0]?.init.body)
      assert.deepStrictEqual(yield* Effect.promise(() => body.json()), { generation_id: "gen-1", category: "other" })
      assert.strictEqual(new Headers(calls[0]?.init.headers).get("content-type"), "application/json")
    }))

  it.effect("a fetch and options that are provided around a call come first", () =>
    Effect.gen(function*() {
      const [layers, calls] = [recordingFetch(), recordingFetch()]
      const init = { mode: "same-origin", redirect: "follow", headers: { "x-one": "1" } } as const
      yield* get().pipe(
        Effect.provide(calls.layer),
        Effect.provideService(FetchHttpClient.RequestInit, init),
        Effect.provide(client(layers.layer))
      )
      assert.lengthOf(layers.calls, 0)
      assert.deepInclude(calls.calls[0]?.init, { mode: "same-origin", redirect: "manual" })
      assert.strictEqual(new Headers(calls.calls[0]?.init.headers).get("x-one"), "1")
    }))

  it.effect("a cache is bypassed", () =>
    Effect.gen(function*() {
      const { calls, layer } = recordingFetch()
      yield* Effect.provide(get(), client(layer))
      assert.strictEqual(calls[0]?.init.cache, "no-store")
    }))

  it.effect.each([
    "The 'cache' field on 'RequestInitializerDict' is not implemented.",
    "Unsupported cache mode: no-store"
  ])("a worker that rejects the cache option is asked without it: %s", (message) =>
    Effect.gen(function*() {
      const { calls, layer } = recordingFetch(({ cache }) => {
        if (cache !== undefined) throw new TypeError(message)
        return recordResponse()
      })
      yield* Effect.provide(Effect.zipRight(get(), post()), client(layer))
      assert.deepStrictEqual(calls.map(({ init }) => init.cache), ["no-store", undefined, undefined])
      assert.strictEqual(new Headers(calls[1]?.init.headers).get("cache-control"), "no-cache")
    }))

  it.effect("the redirect that a browser hides is a ConnectionError without a status, and not retried", () =>
    Effect.gen(function*() {
      const hidden = responseWith(new Response(null), { status: 0, type: "opaqueredirect", ok: false })
      const { calls, layer } = recordingFetch(() => hidden)
      const retry = Schedule.recurWhile(isTransient)
      const error = yield* Effect.flip(Effect.provide(get(), client(layer, { retry })))
      assert.deepInclude(error, {
        _tag: "ConnectionError",
        code: "ERR_REDIRECT",
        message: "the server redirects, and redirects are not followed",
        method: "GET",
        url
      })
      assert.lengthOf(calls, 1)
    }))

  it.effect("a fetch that throws is a ConnectionError", () =>
    Effect.gen(function*() {
      const fetch: typeof globalThis.fetch = () => {
        throw new Error("the fetch is broken")
      }
      const error = yield* Effect.flip(Effect.provide(get(), client(Layer.succeed(FetchHttpClient.Fetch, fetch))))
      assert.deepInclude(error, { _tag: "ConnectionError", message: "the fetch is broken" })
    }))

  it.effect("a response that a fetch got from another origin is rejected", () =>
    Effect.gen(function*() {
      const elsewhere = responseWith(recordResponse(), { redirected: true, url: "https://elsewhere.example/" })
      const error = yield* Effect.flip(Effect.provide(get(), client(recordingFetch(() => elsewhere).layer)))
      assert.deepInclude(error, { _tag: "ConnectionError", code: "ERR_REDIRECT" })
      assert.include(error.message, "https://elsewhere.example")
    }))

  it.scopedLive("the socket is closed where a fetch throws after its response has begun", () =>
    Effect.gen(function*() {
      const closed = yield* Deferred.make<void>()
      const server = yield* makeHostileServer((socket) => {
        socket.on("close", () => Deferred.unsafeDone(closed, Effect.void))
        socket.write(responseHead(200, "content-length: 99"))
      })
      const hooked: typeof globalThis.fetch = async (input, init) => {
        await globalThis.fetch(input, init)
        throw new Error("the hook is broken")
      }
      const layer = client(Layer.succeed(FetchHttpClient.Fetch, hooked), { baseUrl: server.baseUrl })
      const error = yield* Effect.flip(Effect.provide(get(), layer))
      assert.deepInclude(error, { _tag: "ConnectionError", message: "the hook is broken" })
      yield* Effect.timeout(Deferred.await(closed), "1 second")
    }))

  it.effect("errors name the request and the response", () =>
    Effect.gen(function*() {
      const broken = new Response(
        new ReadableStream({
          start: (controller) => controller.error(new Error("the connection broke"))
        }),
        { headers: { "cf-ray": "1-FRA" } }
      )
      const error = yield* Effect.flip(Effect.provide(get(), client(recordingFetch(() => broken).layer)))
      assert.deepInclude(error, {
        _tag: "ConnectionError",
        message: "the connection broke",
        method: "GET",
        url,
        requestId: "1-FRA"
      })
    }))

  it.effect("the timeout follows the clock of the test, and aborts the request", () =>
    Effect.gen(function*() {
      const { calls, layer } = recordingFetch(() => new Promise(() => {}))
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(get(), client(layer, { timeout: "10 seconds" }))))
      yield* TestClock.adjust("9999 millis")
      assert.isNotOk(fiber.unsafePoll())
      yield* TestClock.adjust("1 millis")
      const error = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "RequestTimeoutError", method: "GET", url })
      assert.isTrue(calls[0]?.init.signal?.aborted)
    }))

  it.effect("trace headers are sent only on request", () =>
    Effect.gen(function*() {
      const { calls, layer } = recordingFetch()
      const { spans, tracer } = yield* recordingTracer
      for (const propagateTrace of [false, true]) {
        yield* Effect.withTracer(Effect.provide(get(), client(layer, { propagateTrace })), tracer)
      }
      const [none, some] = calls.map(({ init }) => new Headers(init.headers).get("traceparent"))
      assert.isNull(none)
      assert.strictEqual(some, `00-${spans[1]?.traceId}-${spans[1]?.spanId}-01`)
      assert.deepStrictEqual(spans.map(({ name }) => name), ["http.client GET", "http.client GET"])
    }))

  it.effect("a span shows only known headers, and no key in them", () =>
    Effect.gen(function*() {
      const headers = { "x-ratelimit-echo": "Bearer sk-or-v1-0123456789abcdef", "cf-ray": "sk-or-v1-0123456789abcdef" }
      const { layer } = recordingFetch(() => Response.json({ data: { id: "gen-1" } }, { headers }))
      const { spans, tracer } = yield* recordingTracer
      yield* Effect.withTracer(Effect.provide(get(), client(layer)), tracer)
      const attributes = spans[0]?.attributes
      assert.strictEqual(attributes?.get("http.response.header.x-ratelimit-echo"), "<redacted>")
      assert.strictEqual(attributes?.get("http.response.header.cf-ray"), "<redacted>")
      assert.strictEqual(attributes?.get("http.request.header.authorization"), "<redacted>")
      assert.strictEqual(attributes?.get("http.response.header.content-type"), "application/json")
    }))
})

it.effect("over client/fetch the options of the layer are used", () =>
  Effect.gen(function*() {
    const { calls, layer } = recordingFetch()
    const client = OpenRouterClient.layer({ apiKey }).pipe(
      Layer.provide(FetchClient.layer),
      Layer.provide(Layer.merge(layer, Layer.succeed(FetchHttpClient.RequestInit, { mode: "same-origin" })))
    )
    yield* Effect.provide(get(), client)
    assert.deepInclude(calls[0]?.init, { mode: "same-origin", redirect: "manual" })
  }))

it.effect("over client/fetch a response that is used up is a ConnectionError", () =>
  Effect.gen(function*() {
    const response = recordResponse()
    yield* Effect.promise(() => response.text())
    const client = Layer.provide(OpenRouterClient.layer({ apiKey, retry: RetryPolicy.none }), FetchClient.layer)
    const call = Effect.provide(Effect.flip(get()), Layer.provide(client, recordingFetch(() => response).layer))
    assert.strictEqual((yield* call)._tag, "ConnectionError")
  }))
