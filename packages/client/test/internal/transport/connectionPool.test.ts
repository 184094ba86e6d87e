// The connections of client/node: none outlives its attempt, whatever it is waiting for.
import { OpenRouterClient, type OpenRouterClientOptions, RetryPolicy } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { isTransient } from "@effect-openrouter/core"
import { apiKey } from "@effect-openrouter/test-support"
import { HttpClient } from "@effect/platform"
import { afterEach, assert, describe, it, vi } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Schedule } from "effect"
import { spawn } from "node:child_process"
import dns from "node:dns"
import { createInterface } from "node:readline"
import { get, post } from "../../harness.js"
import { type Behavior, makeHostileServer, tlsFixture, wholeResponse } from "../../hostileServer.js"
import { makeProxy } from "../../proxyServer.js"

const record = `{"data":{"id":"gen-1"}}`

const respond: Behavior = (socket) => void socket.write(wholeResponse(200, record))

/** A server that accepts connections and never finishes the TLS handshake. */
const tlsStall = Effect.map(
  makeHostileServer(() => {}),
  (server) => ({ ...server, baseUrl: server.baseUrl.replace("http:", "https:") })
)

/** The base URL of a process that is stopped and whose backlog is full: the system does not answer a connection. */
const tcpStall = Effect.gen(function*() {
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [
        "-e",
        `require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () {
          console.log(this.address().port)
        })`
      ], { stdio: ["ignore", "pipe", "inherit"] })
    ),
    (server) => Effect.sync(() => server.kill("SIGKILL"))
  )
  const port = yield* Effect.async<string>((resume) => {
    server.stdout.once("data", (data) => resume(Effect.succeed(String(data).trim())))
  })
  server.kill("SIGSTOP")
  const baseUrl = `http://127.0.0.1:${port}`
  const filling = Effect.ignore(Effect.provide(Effect.replicateEffect(get(), 4, { concurrency: 4 }), client(baseUrl)))
  yield* Effect.forkScoped(filling)
  return baseUrl
})

const client = (
  baseUrl: string,
  options: Partial<OpenRouterClientOptions> = {},
  httpClient: Layer.Layer<HttpClient.HttpClient, unknown> = NodeClient.layer
) =>
  Layer.orDie(Layer.provide(
    OpenRouterClient.layer({ apiKey, baseUrl, retry: RetryPolicy.none, ...options }),
    httpClient
  ))

const connecting = () => process.getActiveResourcesInfo().filter((name) => name === "TCPConnectWrap").length

afterEach(() => {
  vi.restoreAllMocks()
})

const derived = Layer.provide(
  Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, HttpClient.tap(() => Effect.void))),
  NodeClient.layer
)

describe.each([
  ["client/node", NodeClient.layer],
  ["layerProxy without a proxy", NodeClient.layerProxy],
  ["an HttpClient derived from client/node", derived]
])("over %s no socket outlives its attempt:", (_, httpClient) => {
  it.scopedLive("150 timeouts within the TLS handshake", () =>
    Effect.gen(function*() {
      const server = yield* tlsStall
      const calls = Effect.replicateEffect(Effect.ignore(get()), 150, { concurrency: "unbounded", discard: true })
      yield* Effect.provide(
        Effect.zipRight(calls, server.allClosed),
        client(server.baseUrl, { timeout: "60 millis" }, httpClient)
      )
    }))

  it.scopedLive("an interruption within the TLS handshake", () =>
    Effect.gen(function*() {
      const server = yield* tlsStall
      const test = Effect.gen(function*() {
        const fiber = yield* Effect.fork(get())
        yield* server.received
        yield* Fiber.interrupt(fiber)
        yield* server.allClosed
      })
      yield* Effect.provide(test, client(server.baseUrl, {}, httpClient))
    }))

  it.scopedLive("the end of the layer within the TLS handshake", () =>
    Effect.gen(function*() {
      const server = yield* tlsStall
      const fiber = yield* Effect.forkDaemon(Effect.provide(
        Effect.zipRight(Effect.forkDaemon(Effect.ignore(get())), server.received),
        client(server.baseUrl, {}, httpClient)
      ))
      yield* Fiber.join(fiber)
      yield* server.allClosed
    }))

  it.scopedLive("a timeout before the server accepts the connection", () =>
    Effect.gen(function*() {
      const baseUrl = yield* tcpStall
      const before = connecting()
      const call = Effect.replicateEffect(Effect.flip(get()), 8, { concurrency: 8 })
      const test = Effect.gen(function*() {
        const errors = yield* call
        assert.deepStrictEqual(new Set(errors.map(({ _tag }) => _tag)), new Set(["RequestTimeoutError"]))
        yield* Effect.repeat(Effect.sync(connecting), {
          until: (count) => count <= before,
          schedule: Schedule.spaced(10)
        })
      })
      yield* Effect.provide(Effect.timeout(test, "2 seconds"), client(baseUrl, { timeout: "100 millis" }, httpClient))
    }))

  it.scopedLive("a timeout before the name is found", () =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(respond)
      const found: Array<() => void> = []
      vi.spyOn(dns, "lookup").mockImplementation(
        ((_: string, options: { all?: boolean }, callback: Function) => {
          found.push(() => callback(null, options.all ? [{ address: "127.0.0.1", family: 4 }] : "127.0.0.1", 4))
        }) as never
      )
      const call = Effect.flip(get({ baseUrl: `http://slow.example:${server.port}` }))
      const error = yield* Effect.provide(
        Effect.tap(call, () => Effect.sync(() => found.forEach((report) => report()))),
        client(server.baseUrl, { timeout: "60 millis" }, httpClient)
      )
      assert.strictEqual(error._tag, "RequestTimeoutError")
      assert.lengthOf(found, 1)
      assert.strictEqual(server.connections(), 0)
    }))
})

describe("connectTimeout", () => {
  it.scopedLive("ends an attempt that has no connection in time", () =>
    Effect.gen(function*() {
      const server = yield* tlsStall
      const call = Effect.flip(get())
      const test = Effect.gen(function*() {
        const [elapsed, error] = yield* Effect.timed(call)
        assert.deepInclude(error, { _tag: "ConnectionError", code: "UND_ERR_CONNECT_TIMEOUT", method: "GET" })
        assert.isTrue(isTransient(error))
        assert.isBelow(Duration.toMillis(elapsed), 1100)
        yield* server.allClosed
      })
      yield* Effect.provide(test, client(server.baseUrl, { connectTimeout: "100 millis" }))
    }))

  it.scopedLive("does not end an attempt that has one", () =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(() => {})
      const options = { connectTimeout: "50 millis", timeout: "200 millis" } as const
      const error = yield* Effect.flip(Effect.provide(get(), client(server.baseUrl, options)))
      assert.strictEqual(error._tag, "RequestTimeoutError")
    }))
})

describe("a server that closes a connection while a request is on its way", () => {
  /** Responds to the first request of each connection, and does something else to the next. */
  const closing = (behavior: Behavior) =>
    Effect.suspend(() => {
      const used = new Set<unknown>()
      return makeHostileServer((socket) => {
        if (used.has(socket)) behavior(socket)
        else respond(used.add(socket) && socket)
      })
    })

  it.scopedLive.each<[string, Behavior]>([
    ["ends it", (socket) => void socket.end()],
    ["resets it", (socket) => socket.resetAndDestroy()]
  ])("and %s: a GET is sent again at once over a new connection", ([, behavior]) =>
    Effect.gen(function*() {
      const server = yield* closing(behavior)
      const results = yield* Effect.provide(Effect.replicateEffect(get(), 5), client(server.baseUrl))
      assert.deepStrictEqual(results, Array.from({ length: 5 }, () => ({ id: "gen-1" })))
      assert.deepStrictEqual([server.requests.length, server.connections()], [9, 5])
    }))

  it.scopedLive("is not sent a POST again", () =>
    Effect.gen(function*() {
      const server = yield* closing((socket) => void socket.end())
      const call = Effect.zipRight(get(), Effect.flip(post()))
      const error = yield* Effect.provide(call, client(server.baseUrl))
      assert.strictEqual(error._tag, "ConnectionError")
      assert.lengthOf(server.requests, 2)
    }))

  it.scopedLive("after the first byte of the response gets no second GET", () =>
    Effect.gen(function*() {
      const server = yield* closing((socket) => void socket.end("HTTP/1.1 2"))
      const error = yield* Effect.provide(Effect.zipRight(get(), Effect.flip(get())), client(server.baseUrl))
      assert.strictEqual(error._tag, "ConnectionError")
      assert.lengthOf(server.requests, 2)
    }))

  it.scopedLive("and the next one, too: the GET is sent again once", () =>
    Effect.gen(function*() {
      let count = 0
      const server = yield* makeHostileServer((socket) => count++ === 0 ? respond(socket) : void socket.end())
      const error = yield* Effect.provide(Effect.zipRight(get(), Effect.flip(get())), client(server.baseUrl))
      assert.strictEqual(error._tag, "ConnectionError")
      assert.lengthOf(server.requests, 3)
    }))
})

/** Runs nodeProgram.ts; returns its lines, and the time from its last line to its end. */
const program = (layer: "layer" | "layerProxy", baseUrls: ReadonlyArray<string>, env: Record<string, string> = {}) =>
  Effect.async<{ readonly lines: ReadonlyArray<unknown>; readonly millisToExit: number }>((resume) => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", new URL("../../nodeProgram.ts", import.meta.url).pathname, layer, ...baseUrls],
      {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: tlsFixture("authority"), ...env },
        stdio: ["ignore", "pipe", "inherit"]
      }
    )
    const lines: Array<unknown> = []
    let last = 0
    createInterface(child.stdout).on("line", (line) => {
      lines.push(JSON.parse(line))
      last = performance.now()
    })
    child.on("close", () => resume(Effect.succeed({ lines, millisToExit: performance.now() - last })))
    return Effect.sync(() => child.kill())
  })

describe("a program", () => {
  it.scopedLive("that trusts the authority gets a response over TLS, and a code for each bad certificate", () =>
    Effect.gen(function*() {
      const servers = yield* Effect.forEach(
        ["valid", "valid", "wrong-name", "expired", "self-signed"] as const,
        (certificate) => makeHostileServer(respond, certificate)
      )
      const { lines } = yield* program("layer", servers.map(({ baseUrl }) => baseUrl))
      assert.deepStrictEqual(lines, [
        { id: "gen-1" },
        { id: "gen-1" },
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "CERT_HAS_EXPIRED",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "end"
      ])
    }))

  it.scopedLive("ends within a second of its last call, which stalled in the TLS handshake", () =>
    Effect.gen(function*() {
      const server = yield* tlsStall
      const { lines, millisToExit } = yield* program("layer", [server.baseUrl])
      assert.deepStrictEqual(lines, ["RequestTimeoutError", "end"])
      assert.isBelow(millisToExit, 1000)
    }))

  it.scopedLive("reaches a TLS server through the proxy of its environment", () =>
    Effect.gen(function*() {
      const server = yield* makeHostileServer(respond, "valid")
      const proxy = yield* makeProxy()
      const { lines } = yield* program("layerProxy", [server.baseUrl, server.baseUrl], {
        HTTPS_PROXY: `http://user:pa55word@127.0.0.1:${proxy.port}`
      })
      assert.deepStrictEqual(lines, [{ id: "gen-1" }, { id: "gen-1" }, "end"])
      const authorization = `Basic ${Buffer.from("user:pa55word").toString("base64")}`
      assert.deepStrictEqual(proxy.tunnels, [{ target: `127.0.0.1:${server.port}`, authorization }])
    }))
})
