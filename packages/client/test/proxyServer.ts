import { listen } from "@effect-openrouter/test-support"
import { Effect } from "effect"
import { createServer } from "node:http"
import * as net from "node:net"

/** A CONNECT proxy on loopback. It counts its tunnels, and may do something else to a request for one. */
export const makeProxy = (connect: (socket: net.Socket) => "open" | void = () => "open") =>
  Effect.gen(function*() {
    const tunnels: Array<{ readonly target: string; readonly authorization: string | undefined }> = []
    const server = createServer()
    server.on("connect", (request, socket: net.Socket) => {
      tunnels.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] })
      if (connect(socket) === undefined) return
      const [host = "", port] = (request.url ?? "").split(":")
      const upstream = net.connect({ host, port: Number(port) }, () => {
        socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
        upstream.pipe(socket)
        socket.pipe(upstream)
      })
      upstream.on("error", () => socket.destroy())
      socket.on("error", () => upstream.destroy())
      socket.on("close", () => upstream.destroy())
    })
    return { port: yield* listen(server), tunnels }
  })
