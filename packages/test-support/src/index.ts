/**
 * Helpers that the tests of several packages share: a key, a tracer and a logger that record, a wall clock, and a socket.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import type * as net from "node:net"

/** A key that no one has. */
export const apiKey = Redacted.make("sk-or-v1-0123456789abcdef")

/** Returns a tracer that records its spans, and these spans. */
export const recordingTracer = Effect.map(Effect.tracer, (native) => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    context: native.context,
    span: (...args) => {
      const span = native.span(...args)
      spans.push(span)
      return span
    }
  })
  return { spans, tracer }
})

/** Runs an effect. Returns its result and the messages that it logged. */
export const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const messages: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void messages.push(`${logLevel.label} ${String(message)}`))
    return effect.pipe(
      Effect.map((result) => ({ messages, result })),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger))
    )
  })

/** Runs an effect with a wall clock that differs from that of the test by `offset` milliseconds; the monotonic clock does not. */
export const withWallClock = <A, E, R>(effect: Effect.Effect<A, E, R>, offset: () => number): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const unsafeCurrentTimeMillis = () => clock.unsafeCurrentTimeMillis() + offset()
    return Effect.withClock(effect, {
      ...clock,
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      sleep: (duration) => clock.sleep(duration),
      unsafeCurrentTimeMillis,
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
      currentTimeMillis: Effect.sync(unsafeCurrentTimeMillis),
      currentTimeNanos: clock.currentTimeNanos
    })
  })

/** Listens on a free port of loopback and returns it. The end of the scope destroys every connection and closes the server. */
export const listen = (server: net.Server) =>
  Effect.suspend(() => {
    const connections = new Set<net.Socket>()
    server.on("connection", (socket: net.Socket) => {
      connections.add(socket)
      socket.on("error", () => {})
      socket.on("close", () => connections.delete(socket))
    })
    return Effect.acquireRelease(
      Effect.async<number>((resume) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
        })
      }),
      () =>
        Effect.async<void>((resume) => {
          for (const socket of connections) socket.destroy()
          server.close(() => resume(Effect.void))
        })
    )
  })
