// Answers every request from memory over raw TCP, so that the client gets most of the CPU.
import { createServer } from "node:net"
import { recordText, sizedRecordText } from "./record.js"

const answer = (body: string) =>
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )

// The record of the id that is asked for: another one costs a warning.
const [beforeId = "", afterId = ""] = recordText("THE-ID").split("THE-ID")
const record = (id: string) => answer(beforeId + id + afterId)

/** Ids that begin with `size-` and a number of bytes have a record of that size. */
const sized = new Map<number, ReadonlyArray<string>>()
const sizedRecord = (id: string) => {
  const bytes = Number(id.split("-")[1])
  const parts = sized.get(bytes) ?? sizedRecordText("THE-ID", bytes).split("THE-ID")
  sized.set(bytes, parts)
  return answer(parts.join(id))
}

let requests = 0

/** Ids that begin with `gen-late-` are visible from their second request on. */
const asked = new Set<string>()
const body404 = "{\"error\":{\"code\":404,\"message\":\"Not found\"}}"
const notFound = Buffer.from(
  `HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: ${body404.length}\r\n\r\n${body404}`
)
const isEarly = (id: string) => id.startsWith("gen-late-") && !asked.delete(id) && asked.add(id)

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {})
  socket.on("data", (data) => {
    requests++
    const id = /\?id=([\w-]+)/.exec(data.toString("latin1", 0, 120))?.[1] ?? ""
    socket.write(isEarly(id) ? notFound : id.startsWith("size-") ? sizedRecord(id) : record(id))
  })
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.send?.(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`)
})

// The process that started this one asks for the count.
process.on("message", () => process.send?.(requests))

process.on("disconnect", () => process.exit())
