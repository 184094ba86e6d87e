/**
 * A client of HTTP with hooks, as in OpenRouter's own client.
 */

/** A function like `fetch`, which gets a `Request`. */
export type Fetcher = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** The options of an `HTTPClient`. */
export interface HTTPClientOptions {
  /**
   * Makes the requests in place of the global `fetch`.
   *
   * @default globalThis.fetch
   */
  readonly fetcher?: Fetcher | undefined
}

interface Hooks {
  /** Called before a request is made. It may change the request, or return another one. */
  readonly beforeRequest: (request: Request) => Request | void | Promise<Request | void>
  /** Called when there was no response, or a `response` hook failed. */
  readonly requestError: (error: unknown, request: Request) => void | Promise<void>
  /** Called with every response. */
  readonly response: (response: Response, request: Request) => void | Promise<void>
}

type HookLists = { [Name in keyof Hooks]: Array<Hooks[Name]> }

/**
 * Makes requests with a function of the program, and calls hooks around them. A failure of the function or of a hook is a
 * `ConnectionError` of the call.
 *
 * @example
 * ```ts
 * import { HTTPClient, OpenRouter } from "@effect-openrouter/promise"
 *
 * const httpClient = new HTTPClient({ fetcher: (request) => fetch(request) })
 * httpClient.addHook("beforeRequest", (request) => request.headers.set("x-request-id", crypto.randomUUID()))
 *
 * const openRouter = new OpenRouter({ httpClient })
 * ```
 */
export class HTTPClient {
  readonly #fetcher: Fetcher
  readonly #hooks: HookLists = {
    beforeRequest: [],
    requestError: [],
    response: []
  }

  constructor(options: HTTPClientOptions = {}) {
    this.#fetcher = options.fetcher ?? ((request) => fetch(request))
  }

  /** Makes a request and calls its hooks. */
  async request(request: Request): Promise<Response> {
    const final = await this.#hooks.beforeRequest.reduce(
      async (before, hook) => await hook(await before) ?? before,
      Promise.resolve(request)
    )
    let response: Response | undefined
    try {
      response = await this.#fetcher(final)
      await inTurn(this.#hooks.response, response, final)
      return response
    } catch (error) {
      // Nobody reads the response of a hook that failed, and a body that is not read keeps its connection.
      await response?.body?.cancel().catch(() => {})
      await inTurn(this.#hooks.requestError, error, final)
      throw error
    }
  }

  /** Adds a hook, which is called after the present ones. */
  addHook<Name extends keyof Hooks>(name: Name, hook: Hooks[Name]): this {
    this.#hooks[name].push(hook)
    return this
  }

  /** Removes a hook. */
  removeHook<Name extends keyof Hooks>(name: Name, hook: Hooks[Name]): this {
    const hooks: HookLists[Name] = this.#hooks[name]
    if (hooks.includes(hook)) hooks.splice(hooks.indexOf(hook), 1)
    return this
  }

  /** Returns a copy with the same function and hooks. */
  clone(): HTTPClient {
    const clone = new HTTPClient({ fetcher: this.#fetcher })
    clone.#hooks.beforeRequest.push(...this.#hooks.beforeRequest)
    clone.#hooks.requestError.push(...this.#hooks.requestError)
    clone.#hooks.response.push(...this.#hooks.response)
    return clone
  }
}

const inTurn = <Args extends ReadonlyArray<unknown>>(
  hooks: ReadonlyArray<(...args: Args) => void | Promise<void>>,
  ...args: Args
): Promise<void> => hooks.reduce((before, hook) => before.then(() => hook(...args)), Promise.resolve())
