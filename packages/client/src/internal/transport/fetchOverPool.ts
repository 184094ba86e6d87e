import * as Duration from "effect/Duration"
import * as undici from "undici"
import type { Connection, ConnectionPool } from "./connectionPool.js"

/** Returns undici's fetch over the connections of a pool: the end of a request closes its socket in every phase. */
export const fetchOverPool = (pool: ConnectionPool): typeof globalThis.fetch =>
  fetchOver((signal) => {
    const dispatch: undici.Dispatcher["dispatch"] = (options, handler) => {
      const connection = pool.take(String(options.origin), false)
      return connection.dispatcher.dispatch(options, new PooledRequest(connection, handler, signal))
    }
    // A composed dispatcher gives its handlers the methods of `PooledRequest` in every version of undici.
    return Object.assign(new undici.Dispatcher(), { dispatch }).compose((dispatch) => dispatch)
  })

/** Returns undici's fetch over the dispatcher that each request gets. */
export const fetchOver = (dispatcher: (signal: AbortSignal | null | undefined) => undici.Dispatcher) =>
  ((input: string | URL, init?: undici.RequestInit) =>
    undici.fetch(input, { ...init, dispatcher: dispatcher(init?.signal) })) as unknown as typeof globalThis.fetch

/** The time to make a connection, which fetch has no option for. */
const connectTimeout = Duration.toMillis("10 seconds")

/** Passes on what arrives, and gives the connection back or closes it. */
class PooledRequest implements undici.Dispatcher.DispatchHandler {
  private readonly connection: Connection
  private readonly handler: undici.Dispatcher.DispatchHandler
  private readonly signal: AbortSignal | null | undefined
  private readonly timer: ReturnType<typeof setTimeout>
  private readonly destroy = () => this.connection.destroy()

  constructor(
    connection: Connection,
    handler: undici.Dispatcher.DispatchHandler,
    signal: AbortSignal | null | undefined
  ) {
    this.connection = connection
    this.handler = handler
    this.signal = signal
    this.timer = setTimeout(this.destroy, connectTimeout)
    signal?.addEventListener("abort", this.destroy)
  }

  onRequestStart(controller: undici.Dispatcher.DispatchController, context: unknown): void {
    clearTimeout(this.timer)
    this.connection.begin()
    this.handler.onRequestStart?.(controller, context)
  }

  onResponseStart(...args: Parameters<NonNullable<undici.Dispatcher.DispatchHandler["onResponseStart"]>>): void {
    this.handler.onResponseStart?.(...args)
  }

  onResponseData(...args: Parameters<NonNullable<undici.Dispatcher.DispatchHandler["onResponseData"]>>): void {
    this.handler.onResponseData?.(...args)
  }

  onResponseEnd(...args: Parameters<NonNullable<undici.Dispatcher.DispatchHandler["onResponseEnd"]>>): void {
    this.end()
    this.connection.release()
    this.handler.onResponseEnd?.(...args)
  }

  onResponseError(...args: Parameters<NonNullable<undici.Dispatcher.DispatchHandler["onResponseError"]>>): void {
    this.end()
    this.connection.destroy()
    this.handler.onResponseError?.(...args)
  }

  private end(): void {
    clearTimeout(this.timer)
    this.signal?.removeEventListener("abort", this.destroy)
  }
}
