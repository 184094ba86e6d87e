import { listen } from "@effect-openrouter/test-support"
import { Deferred, Effect, FiberId, Queue } from "effect"
import { readFileSync } from "node:fs"
import * as net from "node:net"
import * as tls from "node:tls"

/** Handles a connection when a request has arrived on it. */
export type Behavior = (socket: net.Socket) => void

/**
 * The certificates of `fixtures/tls`, each with its key. All but `self-signed` are signed by `authority.pem`; `valid` and
 * `expired` are for localhost and 127.0.0.1.
 */
export type Certificate = "valid" | "wrong-name" | "expired" | "self-signed"

export const tlsFixture = (name: Certificate | "authority"): string =>
  new URL(`fixtures/tls/${name}.pem`, import.meta.url).pathname

/** A raw TCP server, or TLS server if it has a certificate, that does something to each request and counts its sockets. */
export const makeHostileServer = (behavior: Behavior, certificate?: Certificate) =>
  Effect.gen(function*() {
    const open = new Set<net.Socket>()
    const requests: Array<string> = []
    const connected = yield* Queue.unbounded<void>()
    const received = yield* Queue.unbounded<string>()
    const idle = new Set<Deferred.Deferred<void>>()
    let connections = 0
    const serve = (socket: net.Socket) => {
      socket.on("error", () => {})
      socket.on("data", (data) => {
        requests.push(data.toString())
        Queue.unsafeOffer(received, data.toString())
        behavior(socket)
      })
    }
    const server = certificate === undefined ? net.createServer(serve) : tls.createServer(pem(certificate), serve)
    server.on("connection", (socket: net.Socket) => {
      connections++
      open.add(socket)
      socket.on("close", () => {
        open.delete(socket)
        if (open.size === 0) { for (const deferred of idle) Deferred.unsafeDone(deferred, Effect.void) }
      })
      Queue.unsafeOffer(connected, undefined)
    })
    const port = yield* listen(server)
    return {
      baseUrl: `${certificate === undefined ? "http" : "https"}://127.0.0.1:${port}`,
      port,
      requests,
      /** Waits for the next connection. */
      connected: Queue.take(connected),
      /** Waits for the next request. */
      received: Queue.take(received),
      /** Returns the number of connections so far. */
      connections: () => connections,
      /** Waits until no socket is open, for at most a second. */
      allClosed: Effect.suspend(() => {
        if (open.size === 0) return Effect.void
        const deferred = Deferred.unsafeMake<void>(FiberId.none)
        idle.add(deferred)
        return Deferred.await(deferred)
      }).pipe(Effect.timeout("1 second"))
    }
  })

const pem = (certificate: Certificate) => {
  const file = readFileSync(tlsFixture(certificate))
  return { cert: file, key: file }
}

const head = (lines: ReadonlyArray<string>) => `${lines.join("\r\n")}\r\n\r\n`

/** The head of a response. */
export const responseHead = (status: number, ...headers: ReadonlyArray<string>) =>
  head([`HTTP/1.1 ${status} Status`, ...headers])

/** A complete response. */
export const wholeResponse = (status: number, body: string | Uint8Array, ...headers: ReadonlyArray<string>) =>
  Buffer.concat([
    Buffer.from(responseHead(status, `content-length: ${Buffer.byteLength(body)}`, ...headers)),
    typeof body === "string" ? Buffer.from(body) : body
  ])

/** Writes as fast as the client reads, until the socket is closed. */
export const forever = (chunk: string): Behavior => (socket) => {
  const write = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on("drain", write)
  write()
}

/** Writes one piece after another with a pause between. */
export const drip = (piece: string, millis: number): Behavior => (socket) => {
  const timer = setInterval(() => socket.write(piece), millis)
  socket.on("close", () => clearInterval(timer))
}
