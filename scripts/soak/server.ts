// The soak's server, in its own process: raw TCP, so that it can misbehave. An id such as `gen-7~3` asks for the fault
// with the index 3.
import { createServer, type Socket } from "node:net"
import { faults, respond } from "./faults.js"

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

const server = createServer((socket) => {
  open.add(socket)
  socket.on("error", () => {})
  socket.on("close", () => open.delete(socket))
  socket.on("data", (data) => serve(socket, data.toString("latin1")))
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.({ port: typeof address === "object" ? address?.port : 0 })
})

process.on("message", () => process.send?.({ open: open.size }))
process.on("disconnect", () => process.exit())
