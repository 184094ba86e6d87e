/**
 * What makes the requests, with hooks, as in OpenRouter's own client.
 */

/** Shaped like `fetch`; it is given a `Request`. */
export type Fetcher = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What an `HTTPClient` can be told. */
export interface HTTPClientOptions {
  /**
   * What is called in place of the global `fetch`.
   *
   * @default globalThis.fetch
   */
  readonly fetcher?: Fetcher | undefined
}

interface Hooks {
  /** Called before a request is made: may change it, or return another one. */
  readonly beforeRequest: (request: Request) => Request | void | Promise<Request | void>
  /** Called when there was no answer. */
  readonly requestError: (error: unknown, request: Request) => void | Promise<void>
  /** Called with every answer. */
  readonly response: (response: Response, request: Request) => void | Promise<void>
}

type HookLists = { [Name in keyof Hooks]: Array<Hooks[Name]> }

/**
 * Makes requests with a function of one's own, and calls hooks around them. Whatever the function or a hook fails with is
 * a `ConnectionError` of the call.
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

  /** Makes a request, with its hooks. */
  async request(request: Request): Promise<Response> {
    const final = await this.#hooks.beforeRequest.reduce(
      async (before, hook) => await hook(await before) ?? before,
      Promise.resolve(request)
    )
    try {
      const response = await this.#fetcher(final)
      await inTurn(this.#hooks.response, response, final)
      return response
    } catch (error) {
      await inTurn(this.#hooks.requestError, error, final)
      throw error
    }
  }

  /** Adds a hook, which is called after those that are there. */
  addHook<Name extends keyof Hooks>(name: Name, hook: Hooks[Name]): this {
    this.#hooks[name].push(hook)
    return this
  }

  /** Removes a hook that was added. */
  removeHook<Name extends keyof Hooks>(name: Name, hook: Hooks[Name]): this {
    const hooks: HookLists[Name] = this.#hooks[name]
    if (hooks.includes(hook)) hooks.splice(hooks.indexOf(hook), 1)
    return this
  }

  /** One with the same function and hooks, to which others can be added. */
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
