import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import type * as Context from "effect/Context"
import { fitsLimit, isSuccess } from "./bodyLimit.js"
import { withoutBom } from "./bodyReader.js"
import { type Exchange, makeAttempt } from "./exchange.js"
import { getService, serviceIn } from "./fiberState.js"
import { NoStore } from "./noStore.js"
import { followedRedirect, hiddenRedirect } from "./redirect.js"
import { withSpan } from "./span.js"
import type { Transport } from "./transport.js"

/**
 * Returns the transport over the `fetch` of the program: the `FetchHttpClient.Fetch` and the `RequestInit` that are provided
 * around the call, else those of `layerContext`, else the global `fetch`.
 */
export const fetchTransport = (layerContext: Context.Context<never>): Transport => {
  const noStore = new NoStore()
  return (request, settings) =>
    withSpan(request, settings, (traceHeaders, fiber, restore) => {
      const service = (key: string) => getService(fiber, key) ?? serviceIn(layerContext, key)
      const fetch = (service(FetchHttpClient.Fetch.key) ?? globalThis.fetch) as typeof globalThis.fetch
      const given = (service(FetchHttpClient.RequestInit.key) ?? {}) as RequestInit
      const body = request.body === undefined ? undefined : JSON.stringify(request.body)
      return makeAttempt(request, settings, fiber, restore, (exchange) => {
        const controller = new AbortController()
        exchange.close = () => controller.abort()
        run(exchange, noStore, () => {
          const options = noStore.options
          return fetch(settings.baseUrl + request.path, {
            ...options.init,
            ...given,
            method: request.method,
            headers: {
              ...options.headers,
              ...(given.headers && Headers.fromInput(given.headers)),
              ...settings.headers,
              ...traceHeaders,
              ...(body !== undefined && { "content-type": "application/json" })
            },
            ...(body !== undefined && { body }),
            redirect: "manual",
            signal: controller.signal
          })
        })
      })
    })
}

const run = (exchange: Exchange, noStore: NoStore, send: () => Promise<Response>): void => {
  // A fetch of the program's own may throw, and its response may be used up.
  new Promise<Response>((resolve) => resolve(send()))
    .then((response) => receive(exchange, response))
    .catch((cause: unknown) =>
      noStore.isRejectedBy(cause) ? run(exchange, noStore, send) : exchange.receiveFailure(cause)
    )
}

const receive = (exchange: Exchange, response: Response): void => {
  // A fetch of the program's own may not listen to its signal.
  if (exchange.isDone) return void response.body?.cancel().catch(() => {})
  const redirect = redirectFailure(exchange.settings.baseUrl, response)
  if (redirect !== undefined) return exchange.receiveFailure(redirect)
  const headers = exchange.receiveHead(response.status, response.headers)
  if (response.body === null) return exchange.receiveEnd()
  if (!isSuccess(response.status) || !fitsLimit(headers, exchange.settings)) {
    return readChunks(exchange, response.body.getReader())
  }
  response.text().then(
    (text) => exchange.receiveEnd(withoutBom(text)),
    (cause: unknown) => exchange.receiveFailure(cause)
  )
}

const redirectFailure = (url: string, response: Response) => {
  if (response.status === 0) return hiddenRedirect()
  return response.redirected ? followedRedirect(url, response.url) : undefined
}

/** Reads the next chunk when the last one has been read: no chain of promises grows with the body. */
const readChunks = (exchange: Exchange, reader: ReadableStreamDefaultReader<Uint8Array>): void => {
  reader.read().then(
    ({ done, value }) => {
      if (done) exchange.receiveEnd()
      else if (exchange.receiveChunk(value)) readChunks(exchange, reader)
    },
    (cause: unknown) => exchange.receiveFailure(cause)
  )
}
