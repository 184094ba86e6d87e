import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import type * as Context from "effect/Context"
import { fitsLimit, isSuccess } from "./bodyLimit.js"
import { withoutBom } from "./bodyReader.js"
import { type Exchange, makeAttempt } from "./exchange.js"
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
    withSpan(request, settings, (traceHeaders, fiber) => {
      const service = (key: string) => fiber.currentContext.unsafeMap.get(key) ?? layerContext.unsafeMap.get(key)
      const fetch: typeof globalThis.fetch = service(FetchHttpClient.Fetch.key) ?? globalThis.fetch
      const given: RequestInit = service(FetchHttpClient.RequestInit.key) ?? {}
      const headers = {
        ...(given.headers && Headers.fromInput(given.headers)),
        ...settings.headers,
        ...traceHeaders,
        ...(request.body !== undefined && { "content-type": "application/json" })
      }
      const body = request.body === undefined ? undefined : JSON.stringify(request.body)
      return makeAttempt(request, settings, fiber, (exchange) => {
        const controller = new AbortController()
        exchange.close = () => controller.abort()
        const send = () => {
          const options = noStore.options
          return fetch(settings.baseUrl + request.path, {
            ...options.init,
            ...given,
            method: request.method,
            headers: { ...options.headers, ...headers },
            ...(body !== undefined && { body }),
            redirect: "manual",
            signal: controller.signal
          })
        }
        run(exchange, send, noStore)
      })
    })
}

const run = async (exchange: Exchange, send: () => Promise<Response>, noStore: NoStore): Promise<void> => {
  try {
    const response = await sendWithoutCache(send, noStore)
    const redirect = redirectFailure(exchange.settings.baseUrl, response)
    if (redirect === undefined) await readResponse(exchange, response)
    else exchange.receiveFailure(redirect)
  } catch (cause) {
    exchange.receiveFailure(cause)
  }
}

const sendWithoutCache = async (send: () => Promise<Response>, noStore: NoStore): Promise<Response> => {
  try {
    return await send()
  } catch (cause) {
    if (noStore.isRejectedBy(cause)) return send()
    throw cause
  }
}

const redirectFailure = (url: string, response: Response) => {
  if (response.status === 0) return hiddenRedirect()
  return response.redirected ? followedRedirect(url, response.url) : undefined
}

const readResponse = async (exchange: Exchange, response: Response): Promise<void> => {
  // A fetch of the program's own may not listen to its signal.
  if (exchange.isDone) return response.body?.cancel()
  const headers = exchange.receiveHead(response.status, response.headers)
  if (response.body === null) return exchange.receiveEnd()
  if (isSuccess(response.status) && fitsLimit(headers, exchange.settings)) {
    return exchange.receiveEnd(withoutBom(await response.text()))
  }
  readChunks(exchange, response.body.getReader())
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
