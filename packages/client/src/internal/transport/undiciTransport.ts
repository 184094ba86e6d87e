import * as Headers from "@effect/platform/Headers"
import type { Dispatcher } from "undici"
import type { Connection, Connections } from "./connectionPool.js"
import { type Exchange, makeAttempt } from "./exchange.js"
import { noCacheHeader } from "./noStore.js"
import { withSpan } from "./span.js"
import { startTimer } from "./timer.js"
import type { Transport } from "./transport.js"
import { CodedError, dispatcherCode } from "./transportError.js"

/**
 * Returns the transport over undici's dispatchers. A small JSON response needs neither the streams nor the `AbortController`
 * of a general client: without them a call costs 0.7 times the CPU.
 */
export const undiciTransport = (connections: Connections): Transport => (request, settings) =>
  withSpan(
    request,
    settings,
    (traceHeaders, fiber, restore) =>
      makeAttempt(request, settings, fiber, restore, (exchange) =>
        new DispatchedRequest(exchange, connections, traceHeaders).send())
  )

/** Sends the request of an exchange, and reports what arrives. */
class DispatchedRequest implements Dispatcher.DispatchHandler {
  private readonly exchange: Exchange
  private readonly connections: Connections
  private readonly options: Dispatcher.DispatchOptions & { readonly origin: string }
  private connection: Connection | undefined
  private controller: Dispatcher.DispatchController | undefined
  private stopConnectTimer: (() => void) | undefined
  private isNew = false

  constructor(exchange: Exchange, connections: Connections, traceHeaders: Headers.Headers) {
    const { request: { body, method, path }, settings } = exchange
    this.exchange = exchange
    this.connections = connections
    this.options = {
      origin: settings.origin,
      path: settings.basePath + path,
      method,
      headers: body === undefined && traceHeaders === Headers.empty
        ? ordinaryHeaders(settings.headers)
        : {
          ...ordinaryHeaders(settings.headers),
          ...traceHeaders,
          ...(body !== undefined && { "content-type": "application/json" })
        },
      body: body === undefined ? null : JSON.stringify(body),
      // The attempt has its own timer.
      headersTimeout: 0,
      bodyTimeout: 0
    }
    exchange.close = () => this.close()
  }

  send(): void {
    try {
      const connection = this.connections.take(this.options.origin, this.isNew)
      this.connection = connection
      connection.dispatcher.dispatch(this.options, this)
    } catch (cause) {
      this.exchange.receiveFailure(isTransportFailure(cause) ? cause : unusable(cause))
      return
    }
    // It is over, or has begun, where the connection is ready.
    if (this.controller !== undefined || this.exchange.isDone) return
    const { clock, settings } = this.exchange
    this.stopConnectTimer = startTimer(
      clock,
      settings.connectTimeout,
      () => this.exchange.receiveFailure(connectTimeout)
    )
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    this.stopConnectTimer?.()
    this.connection?.begin()
    if (this.exchange.isDone) this.close()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers.Input): void {
    // A response with an informational status is followed by another.
    if (status >= 200) this.exchange.receiveHead(status, headers)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.exchange.receiveChunk(chunk)
  }

  onResponseEnd(): void {
    if (this.exchange.isDone) return
    this.connection?.release()
    this.exchange.receiveEnd()
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    if (this.exchange.isDone) return
    if (this.isRepeatable()) this.sendAgain()
    else this.exchange.receiveFailure(cause)
  }

  /** The server has closed an idle connection while the request was on its way. Only a `GET` is safe to send again. */
  private isRepeatable(): boolean {
    return !this.isNew && this.options.method === "GET" && this.connection?.isStale() === true
  }

  private sendAgain(): void {
    this.connection?.destroy()
    this.controller = undefined
    this.isNew = true
    this.send()
  }

  private close(): void {
    this.stopConnectTimer?.()
    this.controller?.abort(ended)
    this.connection?.destroy()
  }
}

/** The headers that the requests of a client have in common. They are made once: made again they take 9 % of the CPU of a call. */
const ordinaryHeaders = (headers: Headers.Headers): Readonly<Record<string, string>> => {
  const known = headersByClient.get(headers)
  if (known !== undefined) return known
  const made = { ...noCacheHeader, ...headers }
  headersByClient.set(headers, made)
  return made
}

const headersByClient = new WeakMap<Headers.Headers, Readonly<Record<string, string>>>()

const ended = new Error("the attempt has ended")

const connectTimeout = new CodedError("UND_ERR_CONNECT_TIMEOUT", "no connection within the connect timeout")

/** The codes of the system, `ECONNREFUSED`, and of undici, `UND_ERR_SOCKET`, except those for a call that is wrong. */
const transportCode = /^(?:E[A-Z0-9]+|UND_ERR_(?!INVALID|NOT_SUPPORTED)[A-Z_0-9]+)$/

const isTransportFailure = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && transportCode.test(String(cause.code))

/** Trying again does not help when a dispatcher throws, as those of undici 6 and of Bun do. */
const unusable = (cause: unknown): CodedError =>
  new CodedError(
    dispatcherCode,
    `the dispatcher of undici threw: ${cause instanceof Error ? cause.message : String(cause)}`
  )
