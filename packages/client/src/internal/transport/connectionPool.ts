import type { Socket } from "node:net"
import type { buildConnector, Dispatcher } from "undici"
import { connectSocket, type TlsSessions } from "./connectSocket.js"
import { CodedError } from "./transportError.js"

/** A source of connections. */
export interface Connections {
  /** Returns a connection for one request to an origin: an idle one, unless it has to be new. */
  readonly take: (origin: string, isNew: boolean) => Connection
}

/** A connection that carries one request at a time. */
export interface Connection {
  readonly dispatcher: Dispatcher
  /** Notes that the request is written now. */
  readonly begin: () => void
  /** Returns `true` if an earlier response came over this connection, but no byte since the request was written. */
  readonly isStale: () => boolean
  /** Gives the connection back after a complete response. */
  readonly release: () => void
  /** Closes the connection in any phase: DNS, TCP, TLS, request or body. */
  readonly destroy: () => void
}

/** Makes the dispatcher of one connection to an origin, which opens its sockets with `connect`. */
export interface MakeDispatcher {
  (origin: string, connect: buildConnector.connector): Dispatcher
}

/**
 * The connections of a layer. undici's own pool keeps a socket that is still connecting whatever becomes of its request.
 * Here a request has a connection of its own from the beginning, so its end can close it.
 */
export class ConnectionPool implements Connections {
  private readonly makeDispatcher: MakeDispatcher
  private readonly open = new Set<PooledConnection>()
  /** The last one that was used comes first, so that the others can time out. */
  private readonly idle = new Map<string, Array<PooledConnection>>()
  readonly sessions: TlsSessions = new Map()
  private isClosed = false

  constructor(makeDispatcher: MakeDispatcher) {
    this.makeDispatcher = makeDispatcher
  }

  take(origin: string, isNew: boolean): Connection {
    if (this.isClosed) throw new CodedError("UND_ERR_CLOSED", "the layer of the HTTP client is closed")
    const idle = isNew ? undefined : this.idle.get(origin)?.pop()
    if (idle !== undefined) return idle.take()
    const connection = new PooledConnection(origin, this, this.makeDispatcher)
    this.open.add(connection)
    return connection
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all([...this.open].map((connection) => connection.destroy()))
  }

  /** Keeps a connection for the next request. */
  keep(connection: PooledConnection): void {
    const idle = this.idle.get(connection.origin)
    if (idle === undefined) this.idle.set(connection.origin, [connection])
    else idle.push(connection)
  }

  /** Forgets a connection that is closed. */
  forget(connection: PooledConnection): void {
    this.open.delete(connection)
    const idle = this.idle.get(connection.origin)
    const index = idle?.indexOf(connection) ?? -1
    if (index !== -1) idle?.splice(index, 1)
    if (idle?.length === 0) this.idle.delete(connection.origin)
  }
}

class PooledConnection implements Connection {
  readonly origin: string
  readonly dispatcher: Dispatcher
  private readonly pool: ConnectionPool
  private readonly sockets = new Set<Socket>()
  /** The socket that requests are written to, and the number of responses that came over it. */
  private socket: Socket | undefined
  private responses = 0
  private bytesBefore = 0
  private connects = 0
  private isIdle = false

  constructor(origin: string, pool: ConnectionPool, makeDispatcher: MakeDispatcher) {
    this.origin = origin
    this.pool = pool
    this.dispatcher = makeDispatcher(origin, (options, callback) => this.connect(options, callback))
  }

  begin(): void {
    this.bytesBefore = this.socket?.bytesRead ?? 0
  }

  isStale(): boolean {
    return this.responses > 0 && this.socket?.bytesRead === this.bytesBefore
  }

  release(): void {
    this.responses++
    this.connects = 0
    this.isIdle = true
    if (this.sockets.size === 0) void this.destroy()
    else this.pool.keep(this)
  }

  async destroy(): Promise<void> {
    this.pool.forget(this)
    const destroyed = this.dispatcher.destroy(closed)
    for (const socket of this.sockets) socket.destroy(closed)
    await destroyed
  }

  take(): this {
    this.isIdle = false
    return this
  }

  private connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    // undici connects again and again, without a pause, while a proxy closes the connection.
    if (this.connects++ > 0) return callback(new CodedError("ECONNRESET", "the connection was closed"), null)
    const socket = connectSocket(options, this.pool.sessions, callback)
    this.socket = socket
    this.responses = 0
    this.sockets.add(socket)
    socket.once("close", () => {
      this.sockets.delete(socket)
      if (this.isIdle && this.sockets.size === 0) void this.destroy()
    })
  }
}

const closed = new CodedError("UND_ERR_DESTROYED", "the connection is closed")
