import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpServer } from "@effect/platform"
import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { exchange, openConnection } from "../connection.js"
import { served } from "../harness.js"

const port = Effect.map(HttpServer.HttpServer, ({ address }) => address._tag === "TcpAddress" ? address.port : 0)

describe("closeConnections", () => {
  it.live("closes every connection with its scope: one without a request, an idle one, a waiting one", () =>
    Effect.gen(function*() {
      const sockets = yield* Effect.gen(function*() {
        const open = Effect.flatMap(port, openConnection)
        const silent = yield* open
        const idle = yield* open
        yield* exchange(idle, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        const waiting = yield* open
        yield* (yield* OpenRouterEmulator).faults([{ status: 200, delay: "1 hour" }])
        waiting.write("GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\n\r\n")
        yield* Effect.repeat((yield* OpenRouterEmulator).requests, { until: ({ length }) => length === 2 })
        return [silent, idle, waiting]
      }).pipe(Effect.provide(Layer.fresh(served)), Effect.timeout("20 seconds"))
      for (const socket of sockets) socket.on("error", () => {})
      yield* Effect.forEach(sockets, (socket) =>
        socket.closed ? Effect.void : Effect.async<void>((resume) => {
          socket.once("close", () => resume(Effect.void))
          socket.resume()
        }))
    }))
})
