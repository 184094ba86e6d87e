import { Deferred, Effect, FiberId, Queue } from "effect"
import { createServer, type Socket } from "node:net"

/** What a hostile server does with a connection, once a request has arrived on it. */
export type Behaviour = (socket: Socket) => void

/** A raw TCP server that does to each request what it is told, and knows which sockets are open. */
export const makeHostileServer = (behaviour: Behaviour) =>
  Effect.gen(function*() {
    const open = new Set<Socket>()
    const requests: Array<string> = []
    const received = yield* Queue.unbounded<string>()
    const idle = new Set<Deferred.Deferred<void>>()
    const server = createServer((socket) => {
      open.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => {
        open.delete(socket)
        if (open.size === 0) { for (const deferred of idle) Deferred.unsafeDone(deferred, Effect.void) }
      })
      socket.on("data", (data) => {
        requests.push(data.toString())
        Queue.unsafeOffer(received, data.toString())
        behaviour(socket)
      })
    })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.async<void>((resume) => {
          for (const socket of open) socket.destroy()
          server.close(() => resume(Effect.void))
        })
    )
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return {
      baseUrl: `http://127.0.0.1:${port}`,
      requests,
      /** Waits for the next request. */
      received: Queue.take(received),
      /** Waits until no socket is open, for a second at the most. */
      allClosed: Effect.suspend(() => {
        if (open.size === 0) return Effect.void
        const deferred = Deferred.unsafeMake<void>(FiberId.none)
        idle.add(deferred)
        return Deferred.await(deferred)
      }).pipe(Effect.timeout("1 second"))
    }
  })

const head = (lines: ReadonlyArray<string>) => `${lines.join("\r\n")}\r\n\r\n`

/** The head of an answer. */
export const answer = (status: number, ...headers: ReadonlyArray<string>) =>
  head([`HTTP/1.1 ${status} Status`, ...headers])

/** An answer that is what it says. */
export const whole = (status: number, body: string | Uint8Array, ...headers: ReadonlyArray<string>) =>
  Buffer.concat([
    Buffer.from(answer(status, `content-length: ${Buffer.byteLength(body)}`, ...headers)),
    typeof body === "string" ? Buffer.from(body) : body
  ])

/** Writes for ever, as fast as it is read, until the socket is closed. */
export const forever = (chunk: string): Behaviour => (socket) => {
  const write = () => {
    while (!socket.destroyed && socket.write(chunk));
  }
  socket.on("drain", write)
  write()
}

/** Writes one piece after another with a pause between. */
export const drip = (piece: string, millis: number): Behaviour => (socket) => {
  const timer = setInterval(() => socket.write(piece), millis)
  socket.on("close", () => clearInterval(timer))
}
