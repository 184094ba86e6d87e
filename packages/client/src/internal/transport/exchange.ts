import * as Headers from "@effect/platform/Headers"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { BodyReader } from "./bodyReader.js"
import { type AnyFiber, getClock } from "./fiberState.js"
import { startTimer } from "./timer.js"
import type { TransportRequest, TransportResponse, TransportSettings } from "./transport.js"
import { connectionError, timeoutError, type TransportError } from "./transportError.js"

/** An attempt of a transport. */
export type Attempt = Effect.Effect<TransportResponse, TransportError>

/** Makes an effect in an uninterruptible region as interruptible as the region around it. */
export interface Restore {
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
}

/**
 * Makes an attempt with callbacks: `start` sends the request and reports what arrives to the exchange. An interruption stops the
 * exchange. The caller runs it in an uninterruptible region; `restore` makes the wait interruptible again. `Effect.async` with a
 * finalizer does the same with twice the steps of a fiber.
 */
export const makeAttempt = (
  request: TransportRequest,
  settings: TransportSettings,
  fiber: AnyFiber,
  restore: Restore,
  start: (exchange: Exchange) => void
): Attempt => {
  let exchange: Exchange | undefined
  const response: Attempt = Effect.async((resume) => {
    exchange = new Exchange(request, settings, getClock(fiber), resume)
    start(exchange)
  })
  return Effect.catchAllCause(restore(response), (cause) => {
    exchange?.stop()
    return Effect.failCause(cause)
  })
}

/**
 * One request and its response. It keeps the timeout and the size limit, and ends its attempt once. It needs no fiber and
 * no stream, so that it costs 0.7 times the CPU of `HttpClient`, and the timeout holds in an uninterruptible region.
 */
export class Exchange {
  readonly request: TransportRequest
  readonly settings: TransportSettings
  readonly clock: Clock.Clock
  /** Closes the connection of an exchange that ends before its response does. */
  close: () => void = () => {}
  isDone = false

  private readonly resume: (attempt: Attempt) => void
  private readonly stopTimer: () => void
  private status = 0
  private headers: Headers.Headers = Headers.empty
  private body: BodyReader | undefined

  constructor(
    request: TransportRequest,
    settings: TransportSettings,
    clock: Clock.Clock,
    resume: (attempt: Attempt) => void
  ) {
    this.request = request
    this.settings = settings
    this.clock = clock
    this.resume = resume
    this.stopTimer = startTimer(clock, settings.timeout, () => {
      this.end(Effect.fail(timeoutError(request, settings, this.headers)))
      this.close()
    })
  }

  /** Reports the status and the headers, and returns them. */
  receiveHead(status: number, headers: Headers.Input): Headers.Headers {
    this.status = status
    this.headers = Headers.fromInput(headers)
    this.body = new BodyReader(status, this.settings)
    return this.headers
  }

  /** Reports a chunk of the body. Returns `false` once no more of it is read. */
  receiveChunk(chunk: Uint8Array): boolean {
    if (this.isDone || this.body === undefined) return false
    if (!this.body.add(chunk)) return true
    this.respond(this.body.text(), "limit")
    this.close()
    return false
  }

  /** Reports the end of the response. */
  receiveEnd(text = this.body?.text() ?? ""): void {
    this.respond(text, "complete")
  }

  /** Reports a failure: before the head there is no response, after it there is a part of one. */
  receiveFailure(cause: unknown): void {
    if (this.isDone) return
    const error = connectionError(cause, this.request, this.settings, this.headers)
    if (this.body === undefined) this.end(Effect.fail(error))
    else this.respond(this.body.text(), error)
    this.close()
  }

  /** Ends the exchange and closes its connection. */
  stop(): void {
    if (this.isDone) return
    this.isDone = true
    this.stopTimer()
    this.close()
  }

  private respond(text: string, end: TransportResponse["end"]): void {
    this.end(Effect.succeed({ status: this.status, headers: this.headers, text, end }))
  }

  private end(attempt: Attempt): void {
    if (this.isDone) return
    this.isDone = true
    this.stopTimer()
    this.resume(attempt)
  }
}
