import * as Headers from "@effect/platform/Headers"
import * as HttpTraceContext from "@effect/platform/HttpTraceContext"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Tracer from "effect/Tracer"
import { isTraced, useSpanAt } from "../tracing.js"
import type { Attempt, Restore } from "./exchange.js"
import { type AnyFiber, getTracing, withFiber } from "./fiberState.js"
import { toHttpRequest } from "./httpRequest.js"
import type { TransportRequest, TransportSettings } from "./transport.js"

/**
 * Sends the request of an attempt in an uninterruptible region; `restore` makes a part of it interruptible again. The trace headers
 * are empty unless `propagateTrace` is on.
 */
export interface Send {
  (traceHeaders: Headers.Headers, fiber: AnyFiber, restore: Restore): Attempt
}

/**
 * Makes an attempt in a span that has the name and the attributes of `HttpClient`'s, for every transport. Effect's own tracer
 * gets no span of it: with them a call costs 1.29 times the CPU.
 */
export const withSpan = (request: TransportRequest, settings: TransportSettings, send: Send): Attempt =>
  Effect.uninterruptibleMask((restore) =>
    withFiber((fiber) => {
      const sendWith = (traceHeaders = Headers.empty) => send(traceHeaders, fiber, restore)
      const isRead = isTraced(fiber)
      if (!isRead && !settings.propagateTrace) return sendWith()
      const tracing = getTracing(fiber)
      if (!tracing.isEnabled) return sendWith()
      const propagates = settings.propagateTrace && tracing.isPropagated
      if (!isRead) {
        if (!propagates) return sendWith()
        if (tracing.parent?._tag === "Span") return sendWith(HttpTraceContext.toHeaders(tracing.parent))
      }
      const httpRequest = toHttpRequest(settings, request)
      if (tracing.isDisabledFor(httpRequest)) return sendWith()
      return useSpanAt(
        fiber,
        { name: tracing.spanName(httpRequest), kind: "client", site: false },
        (span) => {
          describeRequest(span, httpRequest.url, httpRequest.method, httpRequest.headers, settings)
          return sendWith(propagates ? HttpTraceContext.toHeaders(span) : undefined)
        },
        (span, exit) => {
          if (Exit.isSuccess(exit)) {
            span.attribute("http.response.status_code", exit.value.status)
            describeHeaders(span, "response", exit.value.headers, settings)
          }
          return false
        }
      )
    })
  )

const describeRequest = (
  span: Tracer.Span,
  href: string,
  method: string,
  headers: Headers.Headers,
  settings: TransportSettings
): void => {
  const url = new URL(settings.redact(href))
  span.attribute("http.request.method", method)
  span.attribute("server.address", url.origin)
  if (url.port !== "") span.attribute("server.port", Number(url.port))
  span.attribute("url.full", url.href)
  span.attribute("url.path", url.pathname)
  span.attribute("url.scheme", url.protocol.slice(0, -1))
  if (url.search !== "") span.attribute("url.query", url.search.slice(1))
  describeHeaders(span, "request", headers, settings)
}

/** The headers that a span shows. The value of any other header is redacted: a proxy may echo the key in it. */
const shownHeaders: ReadonlySet<string> = new Set([
  "accept",
  "cf-ray",
  "content-length",
  "content-type",
  "date",
  "request-id",
  "retry-after",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "x-request-id"
])

const describeHeaders = (
  span: Tracer.Span,
  kind: "request" | "response",
  headers: Headers.Headers,
  { redact }: TransportSettings
): void => {
  for (const [name, value] of Object.entries(headers)) {
    const isShown = shownHeaders.has(name)
    span.attribute(`http.${kind}.header.${isShown ? name : redact(name)}`, isShown ? redact(value) : "<redacted>")
  }
}
