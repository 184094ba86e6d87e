import { OpenRouterClient, type OpenRouterClientOptions, RetryPolicy } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { isTransient } from "@effect-openrouter/core"
import { apiKey, recordingTracer } from "@effect-openrouter/test-support"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Cause, ConfigProvider, Effect, Exit, Layer, Redacted, Schedule } from "effect"
import type { Socket } from "node:net"
import { Agent } from "undici"
import { get } from "./harness.js"
import { makeHostileServer, wholeResponse } from "./hostileServer.js"
import { makeProxy } from "./proxyServer.js"

const key = Redacted.value(apiKey)

const client = (
  baseUrl: string,
  httpClient: Layer.Layer<HttpClient.HttpClient> = NodeClient.layer,
  options: Partial<OpenRouterClientOptions> = {}
) => OpenRouterClient.layer({ apiKey, baseUrl, retry: RetryPolicy.none, ...options }).pipe(Layer.provide(httpClient))

const propagating = (baseUrl: string) => client(baseUrl, NodeClient.layer, { propagateTrace: true })

const responding = makeHostileServer((socket) =>
  void socket.write(wholeResponse(200, `{"data":{"id":"gen-1"}}`, "x-cache: hit"))
)

/** The value of a header of the last request. */
const header = (requests: ReadonlyArray<string>, name: string) =>
  new RegExp(`^${name}: (.*)\r$`, "im").exec(requests.at(-1) ?? "")?.[1]

describe("client/node", () => {
  it.scopedLive("keeps its connections", () =>
    Effect.gen(function*() {
      const sockets = new Set<unknown>()
      const server = yield* makeHostileServer((socket) => {
        sockets.add(socket)
        socket.write(wholeResponse(200, `{"data":{"id":"gen-1"}}`))
      })
      yield* Effect.provide(Effect.replicateEffect(get(), 5), client(server.baseUrl))
      assert.isAtMost(sockets.size, 2)
      yield* server.allClosed
    }))

  it.scopedLive("asks caches between here and OpenRouter for a new response, with a header that the program may replace", () =>
    Effect.gen(function*() {
      const server = yield* responding
      yield* Effect.provide(get(), client(server.baseUrl))
      assert.strictEqual(header(server.requests, "cache-control"), "no-cache")
      const headers = { "Cache-Control": "max-age=60" }
      yield* Effect.provide(get(), client(server.baseUrl, NodeClient.layer, { headers }))
      assert.strictEqual(header(server.requests, "cache-control"), "max-age=60")
      assert.lengthOf(server.requests.at(-1)?.match(/^cache-control:/gim) ?? [], 1)
    }))

  it.scopedLive("is also an HttpClient for all other requests", () =>
    Effect.gen(function*() {
      const server = yield* responding
      const response = yield* Effect.provide(HttpClient.get(`${server.baseUrl}/models`), NodeClient.layer)
      assert.deepStrictEqual(yield* response.json, { data: { id: "gen-1" } })
      yield* server.allClosed
    }))

  it.scopedLive("uses a dispatcher that the caller provides", () =>
    Effect.gen(function*() {
      const server = yield* responding
      const paths: Array<string> = []
      const agent = new Agent().compose((dispatch) => (options, handler) => {
        paths.push(String(options.path))
        return dispatch(options, handler)
      })
      const httpClient = Layer.scoped(HttpClient.HttpClient, NodeClient.make(agent))
      yield* Effect.provide(get(), client(server.baseUrl, httpClient))
      assert.deepStrictEqual(paths, ["/generation?id=gen-1"])
      yield* Effect.promise(() => agent.destroy())
    }))

  describe("a dispatcher that cannot be used", () => {
    const throwing = (error: Error) => {
      let count = 0
      const agent = new Agent().compose(() => (_options, _handler) => {
        count++
        throw error
      })
      return Effect.acquireRelease(
        Effect.succeed({ count: () => count, layer: Layer.scoped(HttpClient.HttpClient, NodeClient.make(agent)) }),
        () => Effect.promise(() => agent.destroy())
      )
    }
    const retry = Schedule.recurWhile(isTransient)

    it.scopedLive("and throws is a ConnectionError that is not retried and does not show the key", () =>
      Effect.gen(function*() {
        const { count, layer } = yield* throwing(new TypeError(`cannot send Bearer ${key}`))
        const error = yield* Effect.flip(Effect.provide(get(), client("http://127.0.0.1:1", layer, { retry })))
        assert.deepInclude(error, { _tag: "ConnectionError", code: "ERR_DISPATCHER" })
        assert.include(error.message, "cannot send")
        assert.notInclude(JSON.stringify(error), key)
        assert.strictEqual(count(), 1)
      }))

    it.scopedLive("and throws a failure of the transport is retried", () =>
      Effect.gen(function*() {
        const { count, layer } = yield* throwing(Object.assign(new Error("reset"), { code: "ECONNRESET" }))
        const twice = client("http://127.0.0.1:1", layer, { retry: Schedule.recurs(2) })
        const error = yield* Effect.flip(Effect.provide(get(), twice))
        assert.deepInclude(error, { _tag: "ConnectionError", code: "ECONNRESET" })
        assert.strictEqual(count(), 3)
      }))

    it.scoped.each<[string, unknown]>([
      ["of undici 5 or 6, which have interceptors", Object.assign(new Agent(), { interceptors: {} })],
      ["of Bun, which does not dispatch", {}],
      ["that is missing", undefined]
    ])("%s is named when the layer is built", ([, dispatcher]) =>
      Effect.gen(function*() {
        const exit = yield* Effect.exit(NodeClient.make(dispatcher as Agent))
        assert.isTrue(Exit.isFailure(exit))
        assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "undici 7.10 or later")
      }))
  })

  describe("layerProxy", () => {
    const throughProxy = (
      environment: Readonly<Record<string, string>>,
      baseUrl: string,
      options?: Partial<OpenRouterClientOptions>
    ) =>
      client(
        baseUrl,
        Layer.provide(
          Layer.orDie(NodeClient.layerProxy),
          Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))
        ),
        options
      )

    it.scopedLive("sends requests through the proxy, over one tunnel", () =>
      Effect.gen(function*() {
        const server = yield* responding
        const proxy = yield* makeProxy()
        const layer = throughProxy({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` }, server.baseUrl)
        yield* Effect.provide(Effect.replicateEffect(get(), 3), layer)
        assert.deepStrictEqual(proxy.tunnels, [{ target: `127.0.0.1:${server.port}`, authorization: undefined }])
        assert.strictEqual(server.requests.length, 3)
        yield* server.allClosed
      }))

    it.scopedLive.each<[string, Readonly<Record<string, string>>]>([
      ["to a host of NO_PROXY", { NO_PROXY: "127.0.0.1" }],
      ["where the lower-case variable is empty", { http_proxy: "" }]
    ])("sends no request through it %s", ([, environment]) =>
      Effect.gen(function*() {
        const server = yield* responding
        const proxy = yield* makeProxy()
        const variables = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, ...environment }
        yield* Effect.provide(get(), throughProxy(variables, server.baseUrl))
        assert.deepStrictEqual(proxy.tunnels, [])
      }))

    it.scopedLive.each<[string, (socket: Socket) => void]>([
      ["rejects a tunnel", (socket) => void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")],
      ["closes the connection", (socket) => socket.destroy()],
      ["resets the connection", (socket) => socket.resetAndDestroy()]
    ])(
      "fails an attempt once where the proxy %s, and does not show its password",
      ([, behavior]) =>
        Effect.gen(function*() {
          const proxy = yield* makeProxy(behavior)
          const variables = { HTTP_PROXY: `http://user:pa55word@127.0.0.1:${proxy.port}` }
          const error = yield* Effect.flip(Effect.provide(get(), throughProxy(variables, "http://127.0.0.1:1")))
          assert.strictEqual(error._tag, "ConnectionError")
          assert.notInclude(JSON.stringify(error), "pa55word")
          assert.lengthOf(proxy.tunnels, 1)
        })
    )

    it.scopedLive("closes its socket to a proxy that stalls", () =>
      Effect.gen(function*() {
        const proxy = yield* makeHostileServer(() => {})
        const options = { timeout: "100 millis" } as const
        const error = yield* Effect.flip(get()).pipe(
          Effect.tap(() => proxy.allClosed),
          Effect.provide(throughProxy({ HTTP_PROXY: proxy.baseUrl }, "http://127.0.0.1:1", options))
        )
        assert.strictEqual(error._tag, "RequestTimeoutError")
        assert.lengthOf(proxy.requests, 1)
      }))

    it.scoped("names a variable that is not a URL, and does not quote it", () =>
      Effect.gen(function*() {
        const error = yield* Layer.build(NodeClient.layerProxy).pipe(
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["HTTPS_PROXY", "user:pa55word@proxy"]]))),
          Effect.flip
        )
        assert.include(String(error), "HTTPS_PROXY")
        assert.notInclude(String(error), "pa55word")
      }))
  })

  describe("traces as HttpClient does:", () => {
    it.scopedLive("sends no trace headers by default", () =>
      Effect.gen(function*() {
        const server = yield* responding
        const { tracer } = yield* recordingTracer
        const call = Effect.provide(get(), client(server.baseUrl)).pipe(Effect.withSpan("caller"))
        yield* call
        yield* Effect.withTracer(call, tracer)
        assert.lengthOf(server.requests, 2)
        assert.notMatch(server.requests.join(), /^(?:traceparent|b3):/im)
      }))

    it.scopedLive("propagates the caller's span to Effect's own tracer", () =>
      Effect.gen(function*() {
        const server = yield* responding
        const span = yield* get().pipe(
          Effect.provide(propagating(server.baseUrl)),
          Effect.zipRight(Effect.currentSpan),
          Effect.withSpan("caller")
        )
        assert.strictEqual(header(server.requests, "traceparent"), `00-${span.traceId}-${span.spanId}-01`)
        assert.include(header(server.requests, "b3"), span.traceId)
      }))

    it.scopedLive("makes its own span for any other tracer", () =>
      Effect.gen(function*() {
        const server = yield* responding
        const { spans, tracer } = yield* recordingTracer
        yield* get().pipe(
          Effect.provide(propagating(server.baseUrl)),
          Effect.withSpan("caller"),
          Effect.withTracer(tracer)
        )
        const span = spans.find(({ name }) => name === "http.client GET")
        assert.deepInclude(Object.fromEntries(span?.attributes ?? []), {
          "http.request.method": "GET",
          "url.full": `${server.baseUrl}/generation?id=gen-1`,
          "url.path": "/generation",
          "url.query": "id=gen-1",
          "http.response.status_code": 200,
          "http.request.header.accept": "application/json",
          "http.response.header.content-length": "23"
        })
        assert.strictEqual(String(span?.attributes.get("http.request.header.authorization")), "<redacted>")
        assert.strictEqual(header(server.requests, "traceparent"), `00-${span?.traceId}-${span?.spanId}-01`)
      }))

    it.scopedLive("propagates nothing where propagation or tracing is off", () =>
      Effect.gen(function*() {
        const server = yield* responding
        const call = Effect.provide(get(), propagating(server.baseUrl)).pipe(Effect.withSpan("caller"))
        yield* Effect.locally(call, HttpClient.currentTracerPropagation, false)
        assert.isUndefined(header(server.requests, "traceparent"))
        yield* Effect.withTracerEnabled(call, false)
        assert.isUndefined(header(server.requests, "traceparent"))
      }))
  })
})
