// Whatever the network or the server does: the right typed error, in time, and no socket left behind. One suite over
// every transport.
import { OpenRouterClient, type OpenRouterClientOptions, RetryPolicy } from "@effect-openrouter/client"
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeClient from "@effect-openrouter/client/node"
import { type OpenRouterError } from "@effect-openrouter/core"
import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Fiber, Layer, Redacted } from "effect"
import { gzipSync } from "node:zlib"
import { apiKey, get, post } from "./harness.js"
import { answer, type Behaviour, drip, forever, makeHostileServer, whole } from "./hostileServer.js"

const record = `{"data":{"id":"gen-1"}}`

/** The transports that are fetch. */
const overFetch = new Set(["FetchHttpClient.layer", "client/fetch", "an HttpClient derived from client/node"])

/** A behaviour that writes all it has to say and leaves the connection open. */
const write = (data: string | Uint8Array): Behaviour => (socket) => void socket.write(data)

/** A behaviour that writes, and then resets or ends the connection once that is on its way. */
const writeAndReset = (data: string): Behaviour => (socket) => void socket.write(data, () => socket.resetAndDestroy())
const writeAndEnd = (data: string | Uint8Array): Behaviour => (socket) => void socket.end(data)

/** What a program makes of it when it adds something of its own. */
const derived = Layer.provide(
  Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.tap(() => Effect.void))),
  NodeClient.layer
)

describe.each([
  ["FetchHttpClient.layer", FetchHttpClient.layer],
  ["NodeHttpClient.layerUndici", NodeHttpClient.layerUndici],
  ["client/node", NodeClient.layer],
  ["client/fetch", FetchClient.layer],
  ["an HttpClient derived from client/node", derived]
])("over %s", (transport, httpClient) => {
  const client = (baseUrl: string, options: Partial<OpenRouterClientOptions> = {}) =>
    OpenRouterClient.layer({ apiKey, baseUrl, retry: RetryPolicy.none, timeout: "5 seconds", ...options }).pipe(
      Layer.provide(httpClient)
    )

  /** Calls a server that behaves like this; it must have no socket open afterwards, unless the answer was whole. */
  const meet = (behaviour: Behaviour, options?: Partial<OpenRouterClientOptions>, call = get()) =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(behaviour)
      const [elapsed, exit] = yield* Effect.timed(Effect.exit(Effect.provide(call, client(server.baseUrl, options))))
      return { elapsed, exit, server }
    })

  const errorOf = (exit: Exit.Exit<unknown, OpenRouterError>): OpenRouterError =>
    Exit.match(exit, {
      onSuccess: (value) => assert.fail(`expected a failure, got ${JSON.stringify(value)}`),
      onFailure: (cause) => cause._tag === "Fail" ? cause.error : assert.fail(Cause.pretty(cause))
    })

  describe("no answer is a ConnectionError:", () => {
    it.scopedLive("refused", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* Effect.scoped(makeHostileServer(() => {}))
        const error = errorOf(yield* Effect.exit(Effect.provide(get(), client(baseUrl))))
        assert.deepInclude(error, { _tag: "ConnectionError", code: "ECONNREFUSED", method: "GET" })
        assert.include(error.message, "ECONNREFUSED")
        assert.deepInclude(error, { url: `${baseUrl}/generation?id=gen-1` })
      }))

    it.scopedLive("a name that does not exist", () =>
      Effect.gen(function*() {
        const error = errorOf(yield* Effect.exit(Effect.provide(get(), client("http://no-such-host.invalid"))))
        assert.strictEqual(error._tag, "ConnectionError")
        assert.match(error.message, /ENOTFOUND|EAI_AGAIN/)
      }))

    it.scopedLive.each<[string, Behaviour]>([
      ["reset before the head", (socket) => socket.resetAndDestroy()],
      ["ended before the head", (socket) => void socket.end()],
      ["reset within the head", writeAndReset("HTTP/1.1 200 OK\r\ncontent-")],
      ["ended within the head", writeAndEnd("HTTP/1.1 200 OK\r\ncontent-")],
      ["reset within the body", writeAndReset(answer(200, "content-length: 99") + record)],
      ["ended within the body, which was to be longer", writeAndEnd(answer(200, "content-length: 99") + record)],
      ["reset after a head that was only informational", writeAndReset("HTTP/1.1 103 Early Hints\r\n\r\n")],
      ["not HTTP", writeAndEnd("SSH-2.0-OpenSSH_9.9\r\n")],
      ["not a status", writeAndEnd("HTTP/1.1 twohundred OK\r\n\r\n")],
      ["a head beyond all bounds", writeAndEnd(answer(200, `x-long: ${"x".repeat(100_000)}`))],
      ["chunks that are none", writeAndEnd(`${answer(200, "transfer-encoding: chunked")}zzz\r\n${record}\r\n`)],
      ["chunks that break off", writeAndEnd(`${answer(200, "transfer-encoding: chunked")}7\r\n{"data"\r\n`)]
    ])("%s", ([, behaviour]) =>
      Effect.gen(function*() {
        const { exit, server } = yield* meet(behaviour)
        const error = errorOf(exit)
        assert.strictEqual(error._tag, "ConnectionError")
        assert.notInclude(["", "fetch failed", "terminated"], error.message)
        yield* server.allClosed
      }))
  })

  describe("a 2XX that cannot be read is a ConnectionError or a ResponseValidationError:", () => {
    const gzipped = gzipSync(record)
    it.scopedLive.each<[string, Behaviour]>([
      ["gzip that is none", writeAndEnd(whole(200, "no gzip", "content-encoding: gzip"))],
      ["gzip that breaks off", writeAndEnd(whole(200, gzipped.subarray(0, 20), "content-encoding: gzip"))],
      [
        "gzip that is damaged",
        writeAndEnd(
          whole(200, gzipped.map((byte, index) => index === 15 ? byte ^ 0xff : byte), "content-encoding: gzip")
        )
      ],
      ["a length that is too short", writeAndEnd(`${answer(200, "content-length: 10")}${record}`)],
      ["invalid UTF-8", writeAndEnd(whole(200, Uint8Array.of(0xff, 0xfe, 0x7b, 0x80)))],
      ["nothing", writeAndEnd(whole(200, ""))],
      ["a 204", writeAndEnd(answer(204))],
      ["HTML", writeAndEnd(whole(200, "<html>", "content-type: text/html"))]
    ])("%s", ([, behaviour]) =>
      Effect.gen(function*() {
        const { exit, server } = yield* meet(behaviour)
        assert.include(["ConnectionError", "ResponseValidationError"], errorOf(exit)._tag)
        yield* server.allClosed
      }))
  })

  describe("an attempt that takes too long is a RequestTimeoutError, and its socket is closed:", () => {
    it.scopedLive.each<[string, Behaviour]>([
      ["silence", () => {}],
      ["silence within the head", write("HTTP/1.1 200 OK\r\n")],
      ["silence after the head", write(answer(200, "content-length: 99"))],
      ["silence within the body", write(answer(200, "content-length: 99") + record)],
      ["silence within chunks", write(`${answer(200, "transfer-encoding: chunked")}7\r\n{"data"\r\n`)],
      ["silence within the body of a failure", write(answer(502, "content-length: 99") + record)],
      ["a head that drips", (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n")
        drip("x-a: b\r\n", 20)(socket)
      }],
      ["a body that drips", (socket) => {
        socket.write(answer(200, "content-length: 99999"))
        drip(" ", 20)(socket)
      }]
    ])("%s", ([, behaviour]) =>
      Effect.gen(function*() {
        const { elapsed, exit, server } = yield* meet(behaviour, { timeout: "150 millis" })
        assert.deepInclude(errorOf(exit), { _tag: "RequestTimeoutError", timeout: Duration.millis(150) })
        assert.isBelow(Duration.toMillis(elapsed), 1150)
        yield* server.allClosed
      }))
  })

  describe("an interruption closes the socket within a second:", () => {
    it.scopedLive.each<[string, Behaviour]>([
      ["before the head", () => {}],
      ["within the head", write("HTTP/1.1 200 OK\r\n")],
      ["before the body", write(answer(200, "content-length: 99"))],
      ["within the body", write(answer(200, "content-length: 99") + record)],
      ["within chunks", write(`${answer(200, "transfer-encoding: chunked")}7\r\n{"data"\r\n`)],
      ["within the body of a failure", write(answer(502, "content-length: 99") + record)],
      ["within a body without end", (socket) => {
        socket.write(answer(200, "content-length: 99999999999"))
        forever(" ".repeat(10_000))(socket)
      }]
    ])("%s", ([, behaviour]) =>
      Effect.gen(function*() {
        const server = yield* makeHostileServer(behaviour)
        const fiber = yield* Effect.fork(get({ baseUrl: server.baseUrl }))
        yield* server.received
        yield* Effect.yieldNow()
        const exit = yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.isInterrupted(exit))
        yield* server.allClosed
      }).pipe(Effect.provide(client("http://127.0.0.1:1"))))
  })

  it.scopedLive("an interruption at any step of a call leaves no attempt behind", () =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(() => {})
      // A fiber can be interrupted where it yields, and the steps before the call move that through all of it.
      for (let steps = 0; steps < 150; steps++) {
        const call = Array.from({ length: steps }).reduce<Effect.Effect<unknown, OpenRouterError, OpenRouterClient>>(
          (call) => Effect.zipRight(Effect.void, call),
          get({ baseUrl: server.baseUrl })
        )
        const fiber = yield* Effect.fork(Effect.withMaxOpsBeforeYield(call, 150))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(fiber)
      }
      yield* server.allClosed
    }).pipe(Effect.provide(client("http://127.0.0.1:1"))))

  describe("a failing status is an OpenRouterDefaultError", () => {
    const failing = Array.from({ length: 200 }, (_, index) => 400 + index)

    it.scopedLive("of whatever status", () =>
      Effect.gen(function*() {
        let status = 0
        const server = yield* makeHostileServer((socket) => void socket.write(whole(status, `{"error":"no"}`)))
        const call = Effect.provide(
          Effect.forEach(failing, (next) =>
            Effect.flip(Effect.suspend(() => {
              status = next
              return get()
            }))),
          client(server.baseUrl)
        )
        const errors = yield* call
        errors.forEach((error, index) => {
          const status = failing[index]
          // The Fetch standard makes a network error of a 407: no caller of fetch can see more of it.
          const expected = status === 407 && overFetch.has(transport)
            ? { _tag: "ConnectionError" } as const
            : { _tag: "OpenRouterDefaultError", status: Number(status), message: "no" } as const
          assert.deepInclude(error, expected)
        })
      }))

    it.scopedLive.each<[string, Behaviour, string]>([
      ["breaks off", writeAndEnd(answer(502, "content-length: 99") + "<html>half"), "<html>half"],
      ["is reset", writeAndReset(answer(502, "transfer-encoding: chunked") + "6\r\n<html>\r\n"), "<html>"],
      ["is empty", writeAndEnd(whole(502, "")), ""],
      ["is no UTF-8", writeAndEnd(whole(502, Uint8Array.of(0x61, 0xff, 0x62))), "a\ufffdb"]
    ])("even when its body %s", ([, behaviour, body]) =>
      Effect.gen(function*() {
        const { exit, server } = yield* meet(behaviour)
        assert.deepInclude(errorOf(exit), { _tag: "OpenRouterDefaultError", status: 502, body })
        yield* server.allClosed
      }))

    it.scopedLive("and reading a body without end stops at the bound", () =>
      Effect.gen(function*() {
        const { exit, server } = yield* meet((socket) => {
          socket.write(answer(500))
          forever("x".repeat(10_000))(socket)
        })
        const error = errorOf(exit)
        assert.deepInclude(error, { _tag: "OpenRouterDefaultError", status: 500, body: "x".repeat(65_536) })
        yield* server.allClosed
      }))

    it.scopedLive.each([301, 302, 303, 307, 308])(
      "for a %d, which is not followed: the key does not travel",
      (status) =>
        Effect.gen(function*() {
          const elsewhere = yield* makeHostileServer(writeAndEnd(whole(200, record)))
          for (const call of [get(), post()]) {
            const { exit } = yield* meet(
              writeAndEnd(whole(status, "", `location: ${elsewhere.baseUrl}/generation`)),
              undefined,
              call
            )
            assert.deepInclude(errorOf(exit), {
              _tag: "OpenRouterDefaultError",
              status,
              message: `OpenRouter answered ${status}, redirecting to ${elsewhere.baseUrl}/generation`
            })
          }
          assert.deepStrictEqual(elsewhere.requests, [])
        })
    )
  })

  it.scopedLive("a failure in many small pieces of many bytes is read as fast as it comes", () =>
    Effect.gen(function*() {
      const piece = "€".repeat(20)
      const chunk = `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`
      const { exit } = yield* meet((socket) => {
        socket.write(answer(502, "transfer-encoding: chunked"))
        forever(chunk.repeat(100))(socket)
      })
      assert.deepInclude(errorOf(exit), { _tag: "OpenRouterDefaultError", status: 502, body: "€".repeat(65_536) })
    }))

  it.scopedLive("a gigabyte of body is refused at the bound, without its memory", () =>
    Effect.gen(function*() {
      const before = process.memoryUsage().rss
      const { exit, server } = yield* meet((socket) => {
        socket.write(answer(200, "content-length: 1073741824"))
        forever(" ".repeat(64 * 1024))(socket)
      })
      assert.deepInclude(errorOf(exit), {
        _tag: "ResponseValidationError",
        field: "body",
        message: "body: is larger than 33554432 bytes"
      })
      assert.isBelow(process.memoryUsage().rss - before, 400 * 1024 * 1024)
      yield* server.allClosed
    }))

  it.scopedLive("a compressed body that grows beyond the bound is refused", () =>
    Effect.gen(function*() {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "))
      const { exit } = yield* meet(writeAndEnd(whole(200, bomb, "content-encoding: gzip")))
      assert.strictEqual(errorOf(exit)._tag, "ResponseValidationError")
    }))

  it.scopedLive("a body of 10 MB is read", () =>
    Effect.gen(function*() {
      const text = "x".repeat(10_000_000)
      const body = `{"data":{"text":"${text}"}}`
      for (
        const data of [
          whole(200, body),
          answer(200, "transfer-encoding: chunked") + `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
        ]
      ) {
        const { exit } = yield* meet(writeAndEnd(data))
        assert.isTrue(Exit.isSuccess(exit) && exit.value["text"] === text)
      }
    }))

  it.scopedLive("a connection that breaks is made anew for the next call", () =>
    Effect.gen(function*() {
      let count = 0
      const server = yield* makeHostileServer((socket) =>
        count++ === 0 ? socket.resetAndDestroy() : void socket.write(whole(200, record))
      )
      const retry = RetryPolicy.backoff({
        strategy: "backoff",
        backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 5000 },
        retryConnectionErrors: true
      })
      const result = yield* Effect.provide(get({ retry }), client(server.baseUrl))
      assert.deepStrictEqual(result, { id: "gen-1" })
      assert.lengthOf(server.requests, 2)
    }))

  it.scopedLive.each<[string, Behaviour]>([
    ["a reset", (socket) => socket.resetAndDestroy()],
    ["a 503", write(whole(503, ""))],
    ["silence", () => {}]
  ])("a POST is not sent again after %s, whatever the policy", ([, behaviour]) =>
    Effect.gen(function*() {
      const retry = RetryPolicy.backoff({
        strategy: "backoff",
        backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 1000 },
        retryConnectionErrors: true
      })
      const { server } = yield* meet(behaviour, { retry, timeout: "100 millis" }, post())
      assert.lengthOf(server.requests.filter((request) => request.startsWith("POST")), 1)
    }))

  it.scopedLive("a proxy that echoes the key in every part of its answer gives it away nowhere", () =>
    Effect.gen(function*() {
      const key = Redacted.value(apiKey)
      const { exit } = yield* meet(writeAndEnd(whole(401, `{"error":{"message":"${key}"}}`, `x-echo: ${key}`)))
      assert.notInclude(JSON.stringify(errorOf(exit)), key)
    }))
})
