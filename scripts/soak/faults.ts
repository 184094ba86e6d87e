// The faults of the soak: what its server does to a request, and how the call must end.
import type { OpenRouterError } from "@effect-openrouter/core"
import type { Socket } from "node:net"
import { gzipSync } from "node:zlib"
import type { Certificate } from "../../packages/client/test/hostileServer.js"

type Outcome = OpenRouterError["_tag"] | "success"

/** A request that the server has received. */
interface Received {
  readonly id: string
  /** The number of requests for this id that came before. */
  readonly attempt: number
  /** Whether an earlier request came over this connection. */
  readonly isReused: boolean
}

export interface Fault {
  readonly behave: (socket: Socket, request: Received) => void
  /** The end of a call with this fault; two where transports differ in what they decompress. */
  readonly outcomes: ReadonlyArray<Outcome>
  readonly way?: Way
}

/** Another server than the usual one: it accepts no connection, finishes no TLS handshake, or has a certificate that is not valid. */
export type OtherServer = "stalled" | "tls" | Exclude<Certificate, "valid">

/** How a call is made: to another server, or in an uninterruptible region. */
type Way = OtherServer | "uninterruptible"

const head = (status: number, ...headers: ReadonlyArray<string>) =>
  [`HTTP/1.1 ${status} Status`, ...headers].join("\r\n") + "\r\n\r\n"

const whole = (status: number, body: string, ...headers: ReadonlyArray<string>) =>
  head(status, `content-length: ${Buffer.byteLength(body)}`, ...headers) + body

const record = (id: string) =>
  JSON.stringify({
    data: {
      id,
      model: "openai/gpt-4o-2024-08-06",
      created_at: "2026-07-21T09:59:00.123456+00:00",
      total_cost: 0.00611,
      is_byok: false,
      native_tokens_prompt: 1204,
      native_tokens_completion: 310,
      latency: 412,
      generation_time: 4830,
      provider_responses: [{ status: 503 }, { status: 200, latency: 400 }]
    }
  })

export const respond = (socket: Socket, id: string) => void socket.write(whole(200, record(id)))

const fault = (
  outcomes: Outcome | ReadonlyArray<Outcome>,
  behave: Fault["behave"],
  way?: Way
): Fault => ({
  behave,
  outcomes: typeof outcomes === "string" ? [outcomes] : outcomes,
  ...(way !== undefined && { way })
})

const write = (data: string) => (socket: Socket) => void socket.write(data)
const end = (data: string | Uint8Array) => (socket: Socket) => void socket.end(data)
const reset = (data: string) => (socket: Socket) => void socket.write(data, () => socket.resetAndDestroy())

/** Does something to the first attempt, and responds to the next. */
const once = (behave: Fault["behave"]): Fault =>
  fault("success", (socket, request) => request.attempt === 0 ? behave(socket, request) : respond(socket, request.id))

const chunked = head(200, "transfer-encoding: chunked")
const half = head(200, "content-length: 999") + `{"data":{"id"`

export const faults: Readonly<Record<string, Fault>> = {
  "reset before the head": fault("ConnectionError", (socket) => void socket.resetAndDestroy()),
  "ended before the head": fault("ConnectionError", (socket) => void socket.end()),
  "reset within the head": fault("ConnectionError", reset("HTTP/1.1 200 OK\r\ncont")),
  "reset within the body": fault("ConnectionError", reset(half)),
  "ended within the body": fault("ConnectionError", end(half)),
  "not HTTP": fault("ConnectionError", end("SSH-2.0-OpenSSH_9.9\r\n")),
  "broken chunks": fault("ConnectionError", end(`${chunked}zzz\r\n`)),
  "broken gzip": fault(
    ["ConnectionError", "ResponseValidationError"],
    end(Buffer.concat([Buffer.from(head(200, "content-encoding: gzip")), gzipSync("{}").subarray(0, 12)]))
  ),
  "silence": fault("RequestTimeoutError", () => {}),
  "silence, in an uninterruptible region": fault("RequestTimeoutError", () => {}, "uninterruptible"),
  "a TLS handshake that stalls": fault("RequestTimeoutError", () => {}, "tls"),
  "a TCP connection that stalls": fault("RequestTimeoutError", () => {}, "stalled"),
  "a certificate of another name": fault("ConnectionError", () => {}, "wrong-name"),
  "an expired certificate": fault("ConnectionError", () => {}, "expired"),
  "a self-signed certificate": fault("ConnectionError", () => {}, "self-signed"),
  "a reused connection that is closed": once((socket, { id, isReused }) =>
    isReused ? socket.destroy() : respond(socket, id)
  ),
  "silence within the body": fault("RequestTimeoutError", write(half)),
  "a body that drips": fault("RequestTimeoutError", (socket) => {
    socket.write(head(200, "content-length: 999"))
    const timer = setInterval(() => socket.write(" "), 20)
    socket.on("close", () => clearInterval(timer))
  }),
  "a body beyond the limit": fault("ResponseValidationError", (socket) => {
    socket.write(head(200, "content-length: 99999999"))
    const more = () => {
      while (!socket.destroyed && socket.write(" ".repeat(65_536)));
    }
    socket.on("drain", more)
    more()
  }),
  "HTML": fault("ResponseValidationError", write(whole(200, "<html></html>", "content-type: text/html"))),
  "an empty body": fault("ResponseValidationError", write(whole(200, ""))),
  "a 204": fault("ResponseValidationError", write(head(204))),
  "a wrong type": fault("ResponseValidationError", write(whole(200, `{"data":{"id":"gen-1","total_cost":"0.01"}}`))),
  "an error in a 200": fault("OpenRouterDefaultError", write(whole(200, `{"error":{"code":404,"message":"no"}}`))),
  "null data": fault("OpenRouterDefaultError", write(whole(200, `{"data":null}`))),
  "a 401": fault("OpenRouterDefaultError", write(whole(401, `{"error":{"code":401,"message":"User not found."}}`))),
  "a 404": fault("OpenRouterDefaultError", write(whole(404, `{"error":{"code":404,"message":"no"}}`))),
  "a 500 in HTML": fault("OpenRouterDefaultError", write(whole(500, "<html></html>"))),
  "a 502 that breaks off": fault("OpenRouterDefaultError", end(head(502, "content-length: 99") + "<html>")),
  "a redirect": fault("OpenRouterDefaultError", write(whole(302, "", "location: http://127.0.0.1:1/"))),
  "a 429, then the record": once(write(whole(429, "{}", "retry-after: 0"))),
  "a 503, then the record": once(write(whole(503, ""))),
  "a reset, then the record": once((socket) => void socket.resetAndDestroy()),
  "a BOM and blank lines": fault(
    "success",
    (socket, { id }) => void socket.write(whole(200, `\ufeff\n\n${record(id)}`))
  )
}
