/**
 * Reports every OpenRouter generation that passes through a fetch.
 */
import { ignoreFailure } from "./internal/observe/ignoreFailure.js"
import { observe } from "./internal/observe/observation.js"
import { observeResponse } from "./internal/observe/observeResponse.js"
import { makeScope } from "./internal/observe/scope.js"
import type { ObservedGeneration } from "./ObservedGeneration.js"
import type { ObserveOptions } from "./ObserveOptions.js"

/**
 * Returns a fetch that does what the given one does, and reports every OpenRouter generation that passes through it: of
 * whole responses, of streams that were read to the end, and of those that failed, were cut off or were cancelled. Give it
 * to any client that takes a `fetch`.
 *
 * The id is taken from the header `X-Generation-Id`, else from the JSON or the events of the body. Only responses to `POST` are
 * looked at. A generation is reported once, when its body has ended, before the caller learns of it; an error whose id is in its
 * header, at once. Two things are not reported: a body that nobody reads or cancels, and a response without an id.
 *
 * The caller gets the same parts of the body at the same time; nothing is read ahead, delayed or kept. Errors of the listener are
 * ignored, also if it returns a promise that rejects.
 *
 * @throws TypeError if `baseUrl` is not an absolute URL
 *
 * @example
 * ```ts
 * import { observeFetch } from "@effect-openrouter/client"
 *
 * const ids: Array<string> = []
 * const observed = observeFetch(fetch, ({ id }) => ids.push(id))
 * // new OpenAI({ baseURL: "https://openrouter.ai/api/v1", fetch: observed })
 * ```
 */
export const observeFetch = (
  fetch: typeof globalThis.fetch,
  onGeneration: (generation: ObservedGeneration) => void,
  options?: ObserveOptions
): typeof globalThis.fetch => {
  const isInScope = makeScope(options?.baseUrl)
  const listeners = {
    onStart: ignoreFailure(options?.onStart),
    onGeneration: ignoreFailure(onGeneration)
  }
  const observed: typeof globalThis.fetch = (...args) => {
    const url = urlOfPost(...args)
    const response = fetch(...args)
    if (url === undefined || !isInScope(url)) return response
    return response.then((response) => {
      try {
        const { headers, status } = response
        // A redirect may have led to another host.
        if (URL.canParse(response.url) && !isInScope(new URL(response.url))) return response
        const observation = observe({ path: url.pathname, status, header: (name) => headers.get(name) }, listeners)
        return observation === null ? response : observeResponse(response, observation, getSignal(...args))
      } catch {
        // A response that is not like that of fetch, such as the stub of a test, is not observed.
        return response
      }
    })
  }
  // A fetch may have properties, such as Bun's `preconnect`.
  return Object.assign(observed, fetch)
}

/** Returns the URL of a request whose method is `POST`. */
const urlOfPost = (input: string | URL | Request, init?: RequestInit): URL | undefined => {
  const method = init?.method ?? asRequest(input)?.method ?? "GET"
  if (method.toUpperCase() !== "POST") return undefined
  const url = asRequest(input)?.url ?? String(input)
  const base = globalThis.location?.href
  return URL.canParse(url, base) ? new URL(url, base) : undefined
}

const getSignal = (input: string | URL | Request, init?: RequestInit): AbortSignal | null | undefined =>
  init?.signal ?? asRequest(input)?.signal

const asRequest = (input: string | URL | Request): Request | undefined =>
  typeof input === "object" && "url" in input ? input : undefined
