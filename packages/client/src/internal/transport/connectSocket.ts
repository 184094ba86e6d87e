import * as net from "node:net"
import * as tls from "node:tls"
import type { buildConnector } from "undici"

/** TLS sessions by server, so that the next handshake with it is short. */
export type TlsSessions = Map<string, Buffer>

/** The number of servers whose TLS session is kept. */
const maxSessions = 100

/**
 * Opens a socket and calls back once it is connected, TLS included. undici's own connector does the same, but does not
 * promise to return the socket, and without it nothing can close a socket that is still connecting.
 */
export const connectSocket = (
  { hostname, port, protocol, servername }: buildConnector.Options,
  sessions: TlsSessions,
  callback: buildConnector.Callback
): net.Socket => {
  const isTls = protocol === "https:"
  const address = { host: hostname, port: Number(port || (isTls ? 443 : 80)) }
  const socket = isTls ? connectTls(address, servername, sessions) : net.connect(address)
  let isReported = false
  return socket
    .setKeepAlive(true, 60_000)
    .setNoDelay(true)
    .once(isTls ? "secureConnect" : "connect", () => {
      isReported = true
      callback(null, socket)
    })
    .on("error", (error) => {
      if (!isReported) callback(error, null)
      isReported = true
    })
}

const connectTls = (
  address: { readonly host: string; readonly port: number },
  servername: string | undefined,
  sessions: TlsSessions
): tls.TLSSocket => {
  const key = `${servername} ${address.host}:${address.port}`
  const session = sessions.get(key)
  const name = servername || (net.isIP(address.host) === 0 ? address.host : undefined)
  return tls
    .connect({
      ...address,
      ...(session !== undefined && { session }),
      ...(name !== undefined && { servername: name }),
      ALPNProtocols: ["http/1.1"]
    })
    .on("session", (session) => {
      if (sessions.size >= maxSessions) sessions.clear()
      sessions.set(key, session)
    })
}
