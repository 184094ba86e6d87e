// The soak's server, in a process of its own: raw TCP, so that it can misbehave. An id tells what to do with its request.
import { createServer, type Socket } from "node:net"
import { answer, faults } from "./faults.js"

const open = new Set<Socket>()
const attempts = new Map<string, number>()

const serve = (socket: Socket, request: string) => {
  const [, id = "", name = ""] = decodeURIComponent(/id=(\S*)/.exec(request)?.[1] ?? "").match(/^(\S+?)(?::(.+))?$/) ??
    []
  const fault = faults[name]
  if (fault === undefined) return answer(socket, id)
  const attempt = attempts.get(id) ?? 0
  attempts.set(id, attempt + 1)
  fault.behave(socket, attempt)
}

const server = createServer((socket) => {
  open.add(socket)
  socket.on("error", () => {})
  socket.on("close", () => open.delete(socket))
  socket.on("data", (data) => serve(socket, data.toString()))
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.({ port: typeof address === "object" ? address?.port : 0 })
})

process.on("message", () => process.send?.({ open: open.size }))
process.on("disconnect", () => process.exit())
