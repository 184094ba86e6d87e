import type { ConnectionError } from "@effect-openrouter/core/ConnectionError"
import { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { StringDecoder } from "node:string_decoder"
import type { Dispatcher } from "undici"
import { maxTimer } from "./attemptTimeout.js"
import { exceedsLimit } from "./bodyLimit.js"
import { fromCause } from "./connectionError.js"
import { redactedHeaders, toHttpRequest } from "./httpClientTransport.js"
import { nativeTracer } from "./nativeTracer.js"
import type { Transport, TransportRequest, TransportResponse, TransportSettings } from "./transport.js"

type Attempt = Effect.Effect<TransportResponse, ConnectionError | RequestTimeoutError>

/**
 * Attempts over undici's dispatcher, without what a general client needs and a small JSON answer does not: no stream, no
 * `AbortController`, no fiber for the timeout. The timeout, the bounds and interruption are kept here.
 */
export const undiciTransport = (dispatcher: Dispatcher): Transport => (request, settings) =>
  Effect.withFiberRuntime((fiber) => {
    if (!fiber.getFiberRef(FiberRef.currentTracerEnabled)) return exchange(dispatcher, request, settings, Headers.empty)
    const propagate = fiber.getFiberRef(HttpClient.currentTracerPropagation)
      ? HttpTraceContext.toHeaders
      : () => Headers.empty
    return Effect.tracerWith((tracer) => {
      const parent = Context.getOption(fiber.currentContext, Tracer.ParentSpan)
      // Nobody listens to Effect's own tracer: the caller's span is propagated, and none is made besides.
      return tracer === nativeTracer && Option.isSome(parent) && parent.value._tag === "Span"
        ? exchange(dispatcher, request, settings, propagate(parent.value))
        : withSpan(dispatcher, request, settings, propagate)
    })
  })

/** The exchange in a span of the name and attributes that `HttpClient` gives it. */
const withSpan = (
  dispatcher: Dispatcher,
  request: TransportRequest,
  settings: TransportSettings,
  propagate: (span: Tracer.Span) => Headers.Headers
): Attempt =>
  Effect.flatMap(HttpClient.SpanNameGenerator, (nameOf) => {
    const httpRequest = toHttpRequest(settings, request)
    const url = new URL(httpRequest.url)
    return Effect.useSpan(nameOf(httpRequest), { kind: "client", captureStackTrace: false }, (span) => {
      const attributes = (values: Readonly<Record<string, unknown>>, prefix = "") => {
        for (const [name, value] of Object.entries(values)) span.attribute(prefix + name, value)
      }
      const headers = (kind: string, headers: Headers.Headers) =>
        attributes(Headers.redact(headers, redactedHeaders), `http.${kind}.header.`)
      attributes({
        "http.request.method": httpRequest.method,
        "server.address": url.origin,
        ...(url.port !== "" && { "server.port": Number(url.port) }),
        "url.full": url.href,
        "url.path": url.pathname,
        "url.scheme": url.protocol.slice(0, -1),
        ...(url.search !== "" && { "url.query": url.search.slice(1) })
      })
      headers("request", httpRequest.headers)
      return Effect.tap(exchange(dispatcher, request, settings, propagate(span)), (answer) =>
        Effect.sync(() => {
          span.attribute("http.response.status_code", answer.status)
          headers("response", answer.headers)
        }))
    })
  })

const exchange = (
  dispatcher: Dispatcher,
  request: TransportRequest,
  settings: TransportSettings,
  propagated: Headers.Headers
): Attempt =>
  Effect.async((resume) => {
    const { body, method, path } = request
    const reader = new AnswerReader(request, settings, resume)
    const options: Dispatcher.DispatchOptions = {
      origin: settings.origin,
      path: settings.basePath + path,
      method,
      headers: body === undefined
        ? { ...settings.headers, ...propagated }
        : { ...settings.headers, ...propagated, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
      // The whole attempt has one timer.
      headersTimeout: 0,
      bodyTimeout: 0
    }
    try {
      dispatcher.dispatch(options, reader)
    } catch (cause) {
      reader.refuse(cause)
    }
    return Effect.sync(() => reader.stop())
  })

/** Reads one answer, and resumes its attempt once. */
class AnswerReader implements Dispatcher.DispatchHandler {
  private readonly decoder = new StringDecoder()
  private readonly timer: ReturnType<typeof setTimeout> | undefined
  private controller: Dispatcher.DispatchController | undefined
  private isDone = false
  private status = 0
  private headers: Headers.Input = {}
  private bytes = 0
  private text = ""

  private readonly request: TransportRequest
  private readonly settings: TransportSettings
  private readonly resume: (attempt: Attempt) => void

  constructor(request: TransportRequest, settings: TransportSettings, resume: (attempt: Attempt) => void) {
    this.request = request
    this.settings = settings
    this.resume = resume
    const millis = Duration.toMillis(settings.timeout)
    this.timer = millis <= maxTimer ? setTimeout(() => this.fail(this.timedOut()), millis) : undefined
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.isDone) this.stop()
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers.Input): void {
    // What is informational is followed by the answer.
    if (status < 200) return
    this.status = status
    this.headers = headers
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length
    this.text += this.decoder.write(chunk)
    if (exceedsLimit(this.status, this.settings, this.bytes, this.text.length)) {
      this.answer("limit")
      this.stop()
    }
  }

  onResponseEnd(): void {
    this.answer("complete")
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    // Before a status there is no answer; after it there is, as far as it came.
    if (this.status === 0) this.refuse(cause)
    else this.answer(this.connectionError(cause))
  }

  /** Ends with no answer. */
  refuse(cause: unknown): void {
    this.fail(this.connectionError(cause))
  }

  /** Ends the exchange and closes its connection. */
  stop(): void {
    this.isDone = true
    clearTimeout(this.timer)
    this.controller?.abort(stopped)
  }

  private connectionError(cause: unknown): ConnectionError {
    const { baseUrl, scrub } = this.settings
    return fromCause(cause, this.request.method, baseUrl + this.request.path, scrub)
  }

  private timedOut(): RequestTimeoutError {
    return new RequestTimeoutError({ timeout: this.settings.timeout })
  }

  private fail(error: ConnectionError | RequestTimeoutError): void {
    if (this.isDone) return
    this.stop()
    this.resume(Effect.fail(error))
  }

  private answer(end: TransportResponse["end"]): void {
    if (this.isDone) return
    this.isDone = true
    clearTimeout(this.timer)
    const { headers, status } = this
    const text = this.text + this.decoder.end()
    this.resume(Effect.succeed({
      status,
      // Only a failure asks for them.
      get headers() {
        return Headers.fromInput(headers)
      },
      text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text,
      end
    }))
  }
}

const stopped = new Error("the attempt has ended")
