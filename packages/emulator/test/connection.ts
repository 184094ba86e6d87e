import { Effect } from "effect"
import { connect, type Socket } from "node:net"

/** Opens a connection to a port of loopback. */
export const openConnection = (port: number) =>
  Effect.async<Socket>((resume) => {
    const socket = connect(port, "127.0.0.1", () => resume(Effect.succeed(socket)))
  })

/** Writes a request, and returns the first bytes that come back. */
export const exchange = (socket: Socket, request: string) =>
  Effect.async<string>((resume) => {
    socket.once("data", (bytes) => resume(Effect.succeed(bytes.toString())))
    socket.write(request)
  })
