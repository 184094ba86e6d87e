import * as HttpServer from "@effect/platform/HttpServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/**
 * Closes the server's connections when the scope closes. A Node.js server that closes waits up to a minute for connections
 * that have not sent a request, and for every stream. `HttpServer` does not expose its sockets, so they are collected from
 * Node.js' diagnostics channel. On other platforms this does nothing.
 */
export const closeConnections: Effect.Effect<void, never, HttpServer.HttpServer | Scope.Scope> = Effect.gen(
  function*() {
    const { address } = yield* HttpServer.HttpServer
    const diagnostics = diagnosticsChannel()
    if (diagnostics === undefined || address._tag === "UnixAddress") return

    const sockets = new Set<Socket>()
    const onSocket = ({ socket }: { readonly socket: Socket }) => {
      if (socket.localPort !== address.port) return
      sockets.add(socket)
      socket.once("close", () => sockets.delete(socket))
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => diagnostics.subscribe("net.server.socket", onSocket)),
      () =>
        Effect.sync(() => {
          diagnostics.unsubscribe("net.server.socket", onSocket)
          for (const socket of sockets) socket.destroy()
        })
    )
  }
)

/** The parts of Node.js that are used here. */
interface Socket {
  readonly localPort?: number | undefined
  readonly once: (event: "close", listener: () => void) => void
  readonly destroy: () => void
}

interface DiagnosticsChannel {
  readonly subscribe: (name: string, listener: (message: { readonly socket: Socket }) => void) => void
  readonly unsubscribe: DiagnosticsChannel["subscribe"]
}

interface NodeProcess {
  readonly getBuiltinModule?: ((name: "node:diagnostics_channel") => DiagnosticsChannel | undefined) | undefined
}

const diagnosticsChannel = (): DiagnosticsChannel | undefined => {
  const { process } = globalThis as { readonly process?: NodeProcess | undefined }
  return process?.getBuiltinModule?.("node:diagnostics_channel")
}
