import { OpenRouterClient, type OpenRouterClientOptions, RetryPolicy } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { HttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { Agent } from "undici"
import { apiKey, get, recordingTracer } from "./harness.js"
import { makeHostileServer, whole } from "./hostileServer.js"

const key = Redacted.value(apiKey)

const client = (
  baseUrl: string,
  httpClient: Layer.Layer<HttpClient.HttpClient> = NodeClient.layer,
  options: Partial<OpenRouterClientOptions> = {}
) => OpenRouterClient.layer({ apiKey, baseUrl, retry: RetryPolicy.none, ...options }).pipe(Layer.provide(httpClient))

const propagating = (baseUrl: string) => client(baseUrl, NodeClient.layer, { propagateTrace: true })

const answering = makeHostileServer((socket) =>
  void socket.write(whole(200, `{"data":{"id":"gen-1"}}`, "x-cache: hit"))
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
        socket.write(whole(200, `{"data":{"id":"gen-1"}}`))
      })
      yield* Effect.provide(Effect.replicateEffect(get(), 5), client(server.baseUrl))
      assert.isAtMost(sockets.size, 2)
      yield* server.allClosed
    }))

  it.scopedLive("is an HttpClient for everything else, too", () =>
    Effect.gen(function*() {
      const server = yield* answering
      const response = yield* Effect.provide(HttpClient.get(`${server.baseUrl}/models`), NodeClient.layer)
      assert.deepStrictEqual(yield* response.json, { data: { id: "gen-1" } })
      yield* server.allClosed
    }))

  it.scopedLive("goes through a dispatcher of one's own", () =>
    Effect.gen(function*() {
      const server = yield* answering
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

  it.scopedLive("turns a dispatcher that throws into a ConnectionError, without what it was given", () =>
    Effect.gen(function*() {
      const throwing = new Agent().compose(() => (options) => {
        throw new Error(`cannot send ${JSON.stringify(options)}`)
      })
      const httpClient = Layer.scoped(HttpClient.HttpClient, NodeClient.make(throwing))
      const error = yield* Effect.flip(Effect.provide(get(), client("http://127.0.0.1:1", httpClient)))
      assert.strictEqual(error._tag, "ConnectionError")
      assert.include(error.message, "cannot send")
      assert.notInclude(JSON.stringify(error), key)
      yield* Effect.promise(() => throwing.destroy())
    }))

  describe("traces as HttpClient does:", () => {
    it.scopedLive("propagates the caller's span when nobody listens", () =>
      Effect.gen(function*() {
        const server = yield* answering
        const span = yield* get().pipe(
          Effect.provide(propagating(server.baseUrl)),
          Effect.zipRight(Effect.currentSpan),
          Effect.withSpan("caller")
        )
        assert.strictEqual(header(server.requests, "traceparent"), `00-${span.traceId}-${span.spanId}-01`)
        assert.include(header(server.requests, "b3"), span.traceId)
      }))

    it.scopedLive("makes a span of its own for a tracer that listens", () =>
      Effect.gen(function*() {
        const server = yield* answering
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

    it.scopedLive("and propagates nothing when it is told not to, or tracing is off", () =>
      Effect.gen(function*() {
        const server = yield* answering
        const call = Effect.provide(get(), propagating(server.baseUrl)).pipe(Effect.withSpan("caller"))
        yield* Effect.locally(call, HttpClient.currentTracerPropagation, false)
        assert.isUndefined(header(server.requests, "traceparent"))
        yield* Effect.withTracerEnabled(call, false)
        assert.isUndefined(header(server.requests, "traceparent"))
      }))
  })
})
