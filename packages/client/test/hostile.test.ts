// Every fault of the network and the server becomes the right typed error, in time, and leaves no socket open. One suite
// runs over every transport.
import { OpenRouterClient, type OpenRouterClientOptions, RetryPolicy } from "@effect-openrouter/client"
import * as FetchClient from "@effect-openrouter/client/fetch"
import * as NodeClient from "@effect-openrouter/client/node"
import { isTransient, type OpenRouterError } from "@effect-openrouter/core"
import { apiKey } from "@effect-openrouter/test-support"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientRequest } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Duration, Effect, Exit, Fiber, Layer, Option, Redacted } from "effect"
import { gzipSync } from "node:zlib"
import { Agent, setGlobalDispatcher } from "undici"
import { get, post } from "./harness.js"
import {
  type Behavior,
  type Certificate,
  drip,
  forever,
  makeHostileServer,
  responseHead,
  wholeResponse
} from "./hostileServer.js"

// The undici inside Node.js 20 leaves the connection of an aborted fetch open. It is the dispatcher of fetch if another file
// of the same worker has made a `Request` before this one loads undici.
setGlobalDispatcher(new Agent())

const record = `{"data":{"id":"gen-1"}}`

const getIgnored = Effect.ignore(get())

/** The code of each certificate where its authority is unknown. */
const untrusted: Readonly<Record<Certificate, string>> = {
  "self-signed": "DEPTH_ZERO_SELF_SIGNED_CERT",
  "valid": "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "expired": "CERT_HAS_EXPIRED",
  "wrong-name": "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
}

/** The transports that are fetch. */
const overFetch = new Set(["FetchHttpClient.layer", "client/fetch", "an HttpClient derived from client/node"])

/** Writes and leaves the connection open. */
const write = (data: string | Uint8Array): Behavior => (socket) => void socket.write(data)

/** Writes, and then resets or ends the connection. */
const writeAndReset = (data: string): Behavior => (socket) => void socket.write(data, () => socket.resetAndDestroy())
const writeAndEnd = (data: string | Uint8Array): Behavior => (socket) => void socket.end(data)

/** An `HttpClient` to which a program has added something. */
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

  /** Calls a server with this behavior. */
  const callServer = (behavior: Behavior, options?: Partial<OpenRouterClientOptions>, call = get()) =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(behavior)
      const [elapsed, exit] = yield* Effect.timed(Effect.exit(Effect.provide(call, client(server.baseUrl, options))))
      return { elapsed, exit, server }
    })

  const failure = (exit: Exit.Exit<unknown, OpenRouterError>): OpenRouterError =>
    Exit.match(exit, {
      onSuccess: (value) => assert.fail(`expected a failure, got ${JSON.stringify(value)}`),
      onFailure: (cause) => Option.getOrElse(Cause.failureOption(cause), () => assert.fail(Cause.pretty(cause)))
    })

  describe("without a response the error is a ConnectionError:", () => {
    it.scopedLive("refused", () =>
      Effect.gen(function*() {
        const { baseUrl } = yield* Effect.scoped(makeHostileServer(() => {}))
        const error = failure(yield* Effect.exit(Effect.provide(get(), client(baseUrl))))
        assert.deepInclude(error, { _tag: "ConnectionError", code: "ECONNREFUSED", method: "GET" })
        assert.include(error.message, "ECONNREFUSED")
        assert.deepInclude(error, { url: `${baseUrl}/generation?id=gen-1` })
      }))

    it.scopedLive("a name that does not exist", () =>
      Effect.gen(function*() {
        const error = failure(yield* Effect.exit(Effect.provide(get(), client("http://no-such-host.invalid"))))
        assert.strictEqual(error._tag, "ConnectionError")
        assert.match(error.message, /ENOTFOUND|EAI_AGAIN/)
      }))

    it.scopedLive.each<[string, Behavior]>([
      ["reset before the head", (socket) => socket.resetAndDestroy()],
      ["ended before the head", (socket) => void socket.end()],
      ["reset within the head", writeAndReset("HTTP/1.1 200 OK\r\ncontent-")],
      ["ended within the head", writeAndEnd("HTTP/1.1 200 OK\r\ncontent-")],
      ["reset within the body", writeAndReset(responseHead(200, "content-length: 99") + record)],
      ["ended within the body", writeAndEnd(responseHead(200, "content-length: 99") + record)],
      ["reset after an informational head", writeAndReset("HTTP/1.1 103 Early Hints\r\n\r\n")],
      ["not HTTP", writeAndEnd("SSH-2.0-OpenSSH_9.9\r\n")],
      ["not a status", writeAndEnd("HTTP/1.1 twohundred OK\r\n\r\n")],
      ["a head that is too large", writeAndEnd(responseHead(200, `x-long: ${"x".repeat(100_000)}`))],
      ["broken chunks", writeAndEnd(`${responseHead(200, "transfer-encoding: chunked")}zzz\r\n${record}\r\n`)],
      ["chunks that break off", writeAndEnd(`${responseHead(200, "transfer-encoding: chunked")}7\r\n{"data"\r\n`)]
    ])("%s", ([, behavior]) =>
      Effect.gen(function*() {
        const { exit, server } = yield* callServer(behavior)
        const error = failure(exit)
        assert.strictEqual(error._tag, "ConnectionError")
        assert.notInclude(["", "fetch failed", "terminated"], error.message)
        yield* server.allClosed
      }))
  })

  describe("a 2XX that cannot be read is a ConnectionError or a ResponseValidationError:", () => {
    const gzipped = gzipSync(record)
    it.scopedLive.each<[string, Behavior]>([
      ["not gzip", writeAndEnd(wholeResponse(200, "no gzip", "content-encoding: gzip"))],
      ["gzip that breaks off", writeAndEnd(wholeResponse(200, gzipped.subarray(0, 20), "content-encoding: gzip"))],
      [
        "gzip that is damaged",
        writeAndEnd(
          wholeResponse(200, gzipped.map((byte, index) => index === 15 ? byte ^ 0xff : byte), "content-encoding: gzip")
        )
      ],
      ["a length that is too short", writeAndEnd(`${responseHead(200, "content-length: 10")}${record}`)],
      ["invalid UTF-8", writeAndEnd(wholeResponse(200, Uint8Array.of(0xff, 0xfe, 0x7b, 0x80)))],
      ["nothing", writeAndEnd(wholeResponse(200, ""))],
      ["a 204", writeAndEnd(responseHead(204))],
      ["HTML", writeAndEnd(wholeResponse(200, "<html>", "content-type: text/html"))]
    ])("%s", ([, behavior]) =>
      Effect.gen(function*() {
        const { exit, server } = yield* callServer(behavior)
        assert.include(["ConnectionError", "ResponseValidationError"], failure(exit)._tag)
        yield* server.allClosed
      }))
  })

  describe("an attempt that takes too long is a RequestTimeoutError, and its socket is closed:", () => {
    it.scopedLive.each<[string, Behavior]>([
      ["silence", () => {}],
      ["silence within the head", write("HTTP/1.1 200 OK\r\n")],
      ["silence after the head", write(responseHead(200, "content-length: 99"))],
      ["silence within the body", write(responseHead(200, "content-length: 99") + record)],
      ["silence within chunks", write(`${responseHead(200, "transfer-encoding: chunked")}7\r\n{"data"\r\n`)],
      ["silence within the body of a failure", write(responseHead(502, "content-length: 99") + record)],
      ["a head that drips", (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n")
        drip("x-a: b\r\n", 20)(socket)
      }],
      ["a body that drips", (socket) => {
        socket.write(responseHead(200, "content-length: 99999"))
        drip(" ", 20)(socket)
      }]
    ])("%s", ([, behavior]) =>
      Effect.gen(function*() {
        const { elapsed, exit, server } = yield* callServer(behavior, { timeout: "150 millis" })
        assert.deepInclude(failure(exit), { _tag: "RequestTimeoutError", timeout: Duration.millis(150) })
        assert.isBelow(Duration.toMillis(elapsed), 1150)
        yield* server.allClosed
      }))
  })

  describe("an interruption closes the socket within a second:", () => {
    it.scopedLive.each<[string, Behavior]>([
      ["before the head", () => {}],
      ["within the head", write("HTTP/1.1 200 OK\r\n")],
      ["before the body", write(responseHead(200, "content-length: 99"))],
      ["within the body", write(responseHead(200, "content-length: 99") + record)],
      ["within chunks", write(`${responseHead(200, "transfer-encoding: chunked")}7\r\n{"data"\r\n`)],
      ["within the body of a failure", write(responseHead(502, "content-length: 99") + record)],
      ["within a body without end", (socket) => {
        socket.write(responseHead(200, "content-length: 99999999999"))
        forever(" ".repeat(10_000))(socket)
      }]
    ])("%s", ([, behavior]) =>
      Effect.gen(function*() {
        const server = yield* makeHostileServer(behavior)
        const fiber = yield* Effect.fork(get({ baseUrl: server.baseUrl }))
        yield* server.received
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(fiber)
        assert.isTrue(Exit.isInterrupted(yield* Fiber.await(fiber)))
        yield* server.allClosed
      }).pipe(Effect.provide(client("http://127.0.0.1:1"))))
  })

  it.scopedLive("an interruption at any step of a call leaves no attempt behind", () =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(() => {})
      // A fiber can be interrupted where it yields. The steps before the call move that point through all of the call.
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

    it.scopedLive("of every status", () =>
      Effect.gen(function*() {
        let status = 0
        const server = yield* makeHostileServer((socket) => void socket.write(wholeResponse(status, `{"error":"no"}`)))
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
          // The Fetch standard turns a 407 into a network error.
          const expected = status === 407 && overFetch.has(transport)
            ? { _tag: "ConnectionError" } as const
            : { _tag: "OpenRouterDefaultError", status: Number(status), message: "no" } as const
          assert.deepInclude(error, expected)
        })
      }))

    it.scopedLive.each<[string, Behavior, string]>([
      ["breaks off", writeAndEnd(responseHead(502, "content-length: 99") + "<html>half"), "<html>half"],
      ["is reset", writeAndReset(responseHead(502, "transfer-encoding: chunked") + "6\r\n<html>\r\n"), "<html>"],
      ["is empty", writeAndEnd(wholeResponse(502, "")), ""],
      ["is no UTF-8", writeAndEnd(wholeResponse(502, Uint8Array.of(0x61, 0xff, 0x62))), "a\ufffdb"]
    ])("even when its body %s", ([, behavior, body]) =>
      Effect.gen(function*() {
        const { exit, server } = yield* callServer(behavior)
        assert.deepInclude(failure(exit), { _tag: "OpenRouterDefaultError", status: 502, body })
        yield* server.allClosed
      }))

    it.scopedLive("and reading a body without end stops at the limit", () =>
      Effect.gen(function*() {
        const { exit, server } = yield* callServer((socket) => {
          socket.write(responseHead(500))
          forever("x".repeat(10_000))(socket)
        })
        const error = failure(exit)
        assert.deepInclude(error, { _tag: "OpenRouterDefaultError", status: 500, body: "x".repeat(65_536) })
        yield* server.allClosed
      }))

    it.scopedLive.each([301, 302, 303, 307, 308])(
      "for a %d, which is not followed: the key stays here",
      (status) =>
        Effect.gen(function*() {
          const elsewhere = yield* makeHostileServer(writeAndEnd(wholeResponse(200, record)))
          for (const call of [get(), post()]) {
            const { exit } = yield* callServer(
              writeAndEnd(wholeResponse(status, "", `location: ${elsewhere.baseUrl}/generation`)),
              undefined,
              call
            )
            assert.deepInclude(failure(exit), {
              _tag: "OpenRouterDefaultError",
              status,
              message: `OpenRouter answered ${status}, redirecting to ${elsewhere.baseUrl}/generation`
            })
          }
          assert.deepStrictEqual(elsewhere.requests, [])
        })
    )
  })

  it.scopedLive("a failure in many small chunks of multi-byte characters is read in time", () =>
    Effect.gen(function*() {
      const piece = "€".repeat(20)
      const chunk = `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`
      const { exit } = yield* callServer((socket) => {
        socket.write(responseHead(502, "transfer-encoding: chunked"))
        forever(chunk.repeat(100))(socket)
      })
      assert.deepInclude(failure(exit), { _tag: "OpenRouterDefaultError", status: 502, body: "€".repeat(65_536) })
    }))

  it.scopedLive("a gigabyte of body is rejected at the limit, without its memory", () =>
    Effect.gen(function*() {
      const before = process.memoryUsage().rss
      const { exit, server } = yield* callServer((socket) => {
        socket.write(responseHead(200, "content-length: 1073741824"))
        forever(" ".repeat(64 * 1024))(socket)
      })
      assert.deepInclude(failure(exit), {
        _tag: "ResponseValidationError",
        field: "body",
        message: "body: is larger than 33554432 bytes"
      })
      assert.isBelow(process.memoryUsage().rss - before, 400 * 1024 * 1024)
      yield* server.allClosed
    }))

  it.scopedLive("a compressed body that grows beyond the limit is rejected", () =>
    Effect.gen(function*() {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "))
      const { exit } = yield* callServer(writeAndEnd(wholeResponse(200, bomb, "content-encoding: gzip")))
      assert.strictEqual(failure(exit)._tag, "ResponseValidationError")
    }))

  it.scopedLive("a body of 10 MB is read", () =>
    Effect.gen(function*() {
      const text = "x".repeat(10_000_000)
      const body = `{"data":{"text":"${text}"}}`
      for (
        const data of [
          wholeResponse(200, body),
          responseHead(200, "transfer-encoding: chunked") + `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
        ]
      ) {
        const { exit } = yield* callServer(writeAndEnd(data))
        assert.isTrue(Exit.isSuccess(exit) && exit.value["text"] === text)
      }
    }))

  it.scopedLive("a retry after a broken connection makes a new one", () =>
    Effect.gen(function*() {
      let count = 0
      const server = yield* makeHostileServer((socket) =>
        count++ === 0 ? socket.resetAndDestroy() : void socket.write(wholeResponse(200, record))
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

  it.scopedLive.each<[string, Behavior]>([
    ["a reset", (socket) => socket.resetAndDestroy()],
    ["a 503", write(wholeResponse(503, ""))],
    ["silence", () => {}]
  ])("a POST is not sent again after %s, whatever the policy", ([, behavior]) =>
    Effect.gen(function*() {
      const retry = RetryPolicy.backoff({
        strategy: "backoff",
        backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 1000 },
        retryConnectionErrors: true
      })
      const { server } = yield* callServer(behavior, { retry, timeout: "100 millis" }, post())
      assert.lengthOf(server.requests.filter((request) => request.startsWith("POST")), 1)
    }))

  it.scopedLive("no error shows the key that a proxy echoes in every part of its response", () =>
    Effect.gen(function*() {
      const key = Redacted.value(apiKey)
      const { exit } = yield* callServer(
        writeAndEnd(wholeResponse(401, `{"error":{"message":"${key}"}}`, `x-echo: ${key}`))
      )
      assert.notInclude(JSON.stringify(failure(exit)), key)
    }))

  describe("a certificate that cannot be verified is a ConnectionError that is not retried:", () => {
    it.scopedLive.each<Certificate>(["self-signed", "valid", "expired", "wrong-name"])(
      "%s, of no known authority",
      (name) =>
        Effect.gen(function*() {
          const server = yield* makeHostileServer(writeAndEnd(wholeResponse(200, record)), name)
          const error = yield* Effect.flip(
            Effect.provide(get(), client(server.baseUrl, { retry: RetryPolicy.standard }))
          )
          assert.strictEqual(error._tag === "ConnectionError" && error.code, untrusted[name])
          assert.deepStrictEqual([isTransient(error), server.connections(), server.requests.length], [false, 1, 0])
          yield* server.allClosed
        })
    )
  })

  it.scopedLive("a TLS handshake that stalls is a RequestTimeoutError", () =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(() => {})
      const call = get({ baseUrl: server.baseUrl.replace("http:", "https:") })
      const [elapsed, error] = yield* Effect.timed(
        Effect.flip(Effect.provide(call, client(server.baseUrl, { timeout: "150 millis" })))
      )
      assert.strictEqual(error._tag, "RequestTimeoutError")
      assert.isBelow(Duration.toMillis(elapsed), 1150)
    }))

  describe("the timeout ends an attempt, and its socket is closed,", () => {
    it.scopedLive.each<[string, (call: typeof getIgnored) => typeof getIgnored]>([
      ["in an uninterruptible region", Effect.uninterruptible],
      ["in a finalizer", (call) => Effect.scoped(Effect.addFinalizer(() => call))],
      ["while a resource is acquired", (call) => Effect.scoped(Effect.acquireRelease(call, () => Effect.void))],
      ["while an interruption waits for it", (call) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.fork(Effect.uninterruptible(call))
          yield* Effect.yieldNow()
          yield* Fiber.interrupt(fiber)
        })]
    ])("%s", ([, inRegion]) =>
      Effect.gen(function*() {
        const server = yield* makeHostileServer(write(responseHead(200, "content-length: 99")))
        const [elapsed] = yield* Effect.timed(
          Effect.provide(inRegion(getIgnored), client(server.baseUrl, { timeout: "150 millis" }))
        )
        assert.isAtLeast(Duration.toMillis(elapsed), 140)
        assert.isBelow(Duration.toMillis(elapsed), 1150)
        yield* server.allClosed
      }))
  })

  describe("a program's own HttpClient", () => {
    const clientOver = (change: (httpClient: HttpClient.HttpClient) => HttpClient.HttpClient, baseUrl: string) =>
      OpenRouterClient.layer({ apiKey, baseUrl, retry: RetryPolicy.standard }).pipe(
        Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, change))),
        Layer.provide(httpClient)
      )

    it.scopedLive("that follows redirects gives no response from another origin", () =>
      Effect.gen(function*() {
        const elsewhere = yield* makeHostileServer(writeAndEnd(wholeResponse(200, record)))
        const server = yield* makeHostileServer(
          writeAndEnd(wholeResponse(302, "", `location: ${elsewhere.baseUrl}/generation`))
        )
        const error = yield* Effect.flip(
          Effect.provide(get(), clientOver((client) => HttpClient.followRedirects(client), server.baseUrl))
        )
        assert.deepInclude(error, { _tag: "ConnectionError", code: "ERR_REDIRECT" })
        assert.include(error.message, elsewhere.baseUrl)
        assert.deepStrictEqual([server.requests.length, elsewhere.requests.length], [1, 1])
      }))

    it.scopedLive("may follow a redirect within the origin, and send a request elsewhere", () =>
      Effect.gen(function*() {
        const server = yield* makeHostileServer((socket) =>
          void socket.write(
            server.requests.length === 1
              ? wholeResponse(302, "", `location: ${server.baseUrl}/moved`)
              : wholeResponse(200, record)
          )
        )
        const result = yield* Effect.provide(
          get(),
          clientOver((client) =>
            HttpClient.followRedirects(
              HttpClient.mapRequest(client, HttpClientRequest.setUrl(`${server.baseUrl}/gateway`))
            ), "http://gateway.invalid")
        )
        assert.deepStrictEqual(result, { id: "gen-1" })
        assert.deepStrictEqual(server.requests.map((request) => request.split(" ")[1]), ["/gateway", "/moved"])
      }))

    it.scopedLive.each<[string, (client: HttpClient.HttpClient) => HttpClient.HttpClient]>([
      ["dies", (client) => HttpClient.tap(client, () => Effect.die("the hook is broken"))],
      ["throws", (client) =>
        HttpClient.tap(client, () => {
          throw new Error("the hook is broken")
        })],
      [
        "fails",
        (client) =>
          HttpClient.tap(
            client,
            ({ request }) => Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport" }))
          )
      ]
    ])("whose hook %s leaves no socket open", ([, change]) =>
      Effect.gen(function*() {
        const server = yield* makeHostileServer(write(responseHead(200, "content-length: 99999") + record))
        const call = Effect.exit(get({ retry: RetryPolicy.none }))
        const exit = yield* Effect.provide(call, clientOver(change, server.baseUrl))
        assert.isTrue(Exit.isFailure(exit))
        yield* server.allClosed
      }))
  })
})
