// The soak's server, in its own process: raw TCP, so that it can misbehave. An id such as `gen-7~3` asks for the fault
// with the index 3.
import { fork } from "node:child_process"
import { readFileSync } from "node:fs"
import { createServer as createHttpServer } from "node:http"
import { connect, createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { fileURLToPath } from "node:url"
import { type Certificate, tlsFixture } from "../../packages/client/test/hostileServer.js"
import { faults, type OtherServer, respond } from "./faults.js"

const open = new Set<Socket>()
const attempts = new Map<string, number>()
const reused = new WeakSet<Socket>()
const behaviors = Object.values(faults)

const serve = (socket: Socket, request: string) => {
  const isReused = reused.has(socket)
  reused.add(socket)
  const id = /id=(\S*)/.exec(request)?.[1]
  // A TLS handshake, which is never finished.
  if (id === undefined) return
  const fault = behaviors[Number(id.split("~")[1])]
  if (fault === undefined) return respond(socket, id)
  const attempt = attempts.get(id) ?? 0
  attempts.set(id, attempt + 1)
  fault.behave(socket, { id, attempt, isReused })
}

const count = (socket: Socket) => {
  open.add(socket)
  socket.on("error", () => {})
  socket.on("close", () => open.delete(socket))
}

const server = createServer((socket) => {
  count(socket)
  socket.on("data", (data) => serve(socket, data.toString("latin1")))
})

const listen = (server: Server, backlog?: number) =>
  new Promise<number>((resolve) =>
    server.listen({ port: 0, host: "127.0.0.1", backlog }, () => {
      const address = server.address()
      resolve(typeof address === "object" ? address?.port ?? 0 : 0)
    })
  )

/** A TLS server whose certificate no client accepts. */
const listenWith = (certificate: Exclude<Certificate, "valid">) => {
  const file = readFileSync(tlsFixture(certificate))
  return listen(createTlsServer({ cert: file, key: file }).on("tlsClientError", () => {}).on("connection", count))
}

/** A CONNECT proxy. */
const proxy = createHttpServer().on("connection", count).on("connect", (request, socket: Socket) => {
  const upstream = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
    upstream.pipe(socket)
  })
  socket.pipe(upstream)
  upstream.on("error", () => socket.destroy())
  upstream.on("close", () => socket.destroy())
  // A client that gives up while its tunnel is made only ends its side.
  socket.on("end", () => upstream.destroy())
  socket.on("close", () => upstream.destroy())
})

/** Stops a process that listens, and fills its queue of connections, so that no other connection is made. */
const listenStalled = () =>
  new Promise<number>((resolve) => {
    const listener = fork(fileURLToPath(import.meta.url), ["stalled"], { execArgv: process.execArgv })
    process.on("exit", () => listener.kill("SIGKILL"))
    listener.once("message", ({ port }: Ports) => {
      listener.kill("SIGSTOP")
      for (let waiting = 0; waiting < 4; waiting++) connect(port, "127.0.0.1").on("error", () => {})
      resolve(port)
    })
  })

/** The ports of the servers. */
export interface Ports extends Readonly<Record<Exclude<OtherServer, "tls">, number>> {
  readonly port: number
  readonly proxy: number
}

process.send?.(
  process.argv[2] === "stalled" ? { port: await listen(server, 1) } : {
    port: await listen(server),
    proxy: await listen(proxy),
    stalled: await listenStalled(),
    "wrong-name": await listenWith("wrong-name"),
    "expired": await listenWith("expired"),
    "self-signed": await listenWith("self-signed")
  } satisfies Ports
)

process.on("message", () => process.send?.({ open: open.size }))
process.on("disconnect", () => process.exit())
