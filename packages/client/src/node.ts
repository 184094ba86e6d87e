/**
 * HTTP clients for Node.js that are made for OpenRouter's small responses: about a fifth of the CPU of fetch.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as undici from "undici"
import { checked } from "./internal/options/config.js"
import { ConnectionPool, type Connections, type MakeDispatcher } from "./internal/transport/connectionPool.js"
import { fetchOver, fetchOverPool } from "./internal/transport/fetchOverPool.js"
import { setTransport } from "./internal/transport/transport.js"
import { undiciTransport } from "./internal/transport/undiciTransport.js"
import { dispatcherProblem, undiciProblem } from "./internal/transport/undiciVersion.js"

/**
 * Returns an `HttpClient` over a dispatcher of undici that your program makes, such as an `Agent` with certificates. An
 * `OpenRouterClient` talks to the dispatcher directly; everything else uses undici's fetch over the same connections.
 *
 * The end of an attempt closes the socket of its request. A socket that is still connecting is the dispatcher's: undici
 * keeps it for its own connect timeout, 10 seconds by default. `layer` and `layerProxy` close it.
 *
 * Dies if the dispatcher cannot be used: one of undici 5 or 6, of Node.js itself or of Bun.
 */
export const make = (dispatcher: undici.Dispatcher): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Effect.zipRight(
    dieWith(dispatcherProblem(dispatcher)),
    makeHttpClient(
      { take: () => ({ dispatcher, begin() {}, isStale: () => false, release() {}, destroy() {} }) },
      fetchOver(() => dispatcher)
    )
  )

/**
 * An `HttpClient` with its own connections, which are closed with the layer. The end of an attempt closes its socket in
 * every phase: DNS, TCP, TLS, request and body. If the server closes an idle connection before any byte of the response,
 * a `GET` is sent again at once over a new connection.
 *
 * Needs `undici` 7.10 or later, which is an optional peer dependency; the layer dies if another version is installed.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as NodeClient from "@effect-openrouter/client/node"
 * import { Layer } from "effect"
 *
 * const Client = OpenRouterClient.layerConfig().pipe(Layer.provide(NodeClient.layer))
 * ```
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.scoped(
  HttpClient.HttpClient,
  Effect.suspend(() => makePooled((origin, connect) => new undici.Client(origin, { connect })))
)

/**
 * The same `HttpClient` as `layer`, through the proxy that the environment names: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, or
 * their lower-case forms, which come first. They have the same meaning as for undici's `EnvHttpProxyAgent`, and are read when the
 * layer is built. A variable that is not a URL is a `ConfigError`, which does not quote it.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as NodeClient from "@effect-openrouter/client/node"
 * import { Layer } from "effect"
 *
 * const Client = OpenRouterClient.layerConfig().pipe(Layer.provide(NodeClient.layerProxy))
 * ```
 */
export const layerProxy: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.scoped(
  HttpClient.HttpClient,
  Effect.flatMap(
    Effect.suspend(() => proxies),
    (proxies) =>
      makePooled((_, connect) =>
        new undici.EnvHttpProxyAgent({
          ...proxies,
          connect,
          connections: 1,
          // undici 8 sends a plain http request to the proxy itself by default.
          proxyTunnel: true,
          clientFactory: (proxy, options) => new undici.Client(proxy, { ...options, connect }),
          // The connection has its own timer.
          requestTls: { timeout: 0 }
        })
      )
  )
)

const variable = (name: string): Config.Config<string> =>
  Config.string(name.toLowerCase()).pipe(Config.orElse(() => Config.string(name)), Config.withDefault(""))

const proxyUrl = (name: string): Config.Config<string> =>
  checked(
    name,
    variable(name),
    (url) => url === "" || (URL.canParse(url) && /^(?:https?|socks5?):$/.test(new URL(url).protocol)),
    "must be the URL of a proxy, such as http://proxy.example:8080"
  )

const proxies = Config.all({
  httpProxy: proxyUrl("HTTP_PROXY"),
  httpsProxy: proxyUrl("HTTPS_PROXY"),
  noProxy: variable("NO_PROXY")
})

const makePooled = Effect.fnUntraced(function*(makeDispatcher: MakeDispatcher) {
  yield* dieWith(undiciProblem())
  const pool = yield* Effect.acquireRelease(
    Effect.sync(() => new ConnectionPool(makeDispatcher)),
    (pool) => Effect.promise(() => pool.close())
  )
  return yield* makeHttpClient(pool, fetchOverPool(pool))
})

const makeHttpClient = (connections: Connections, fetch: typeof globalThis.fetch) =>
  Layer.build(FetchHttpClient.layer).pipe(
    Effect.provideService(FetchHttpClient.Fetch, fetch),
    Effect.map((context) => setTransport(Context.get(context, HttpClient.HttpClient), undiciTransport(connections)))
  )

const dieWith = (problem: string | undefined): Effect.Effect<void> =>
  problem === undefined ? Effect.void : Effect.dieMessage(problem)
