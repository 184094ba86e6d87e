/**
 * An `HttpClient` for Node.js that is made for OpenRouter's small answers: about a fifth of the CPU of fetch.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { Agent, type Dispatcher, fetch, type RequestInit as UndiciRequestInit } from "undici"
import { setTransport } from "./internal/transport/transport.js"
import { undiciTransport } from "./internal/transport/undiciTransport.js"

/**
 * An `HttpClient` over a dispatcher of undici, such as a `ProxyAgent`. An `OpenRouterClient` over it talks to the
 * dispatcher directly; for everything else it is undici's fetch over the same connections.
 */
export const make = (dispatcher: Dispatcher): Effect.Effect<HttpClient.HttpClient, never, Scope.Scope> =>
  Layer.build(FetchHttpClient.layer).pipe(
    Effect.provideService(FetchHttpClient.Fetch, withDispatcher(dispatcher)),
    Effect.map((context) => {
      const httpClient = Context.get(context, HttpClient.HttpClient)
      setTransport(httpClient, undiciTransport(dispatcher))
      return httpClient
    })
  )

/**
 * An `HttpClient` with a pool of connections of its own, which is closed with the layer. Needs `undici` 7, which is an
 * optional peer dependency.
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
  Effect.flatMap(
    Effect.acquireRelease(
      Effect.sync(() => new Agent()),
      (agent) => Effect.promise(() => agent.destroy())
    ),
    make
  )
)

const withDispatcher = (dispatcher: Dispatcher): typeof globalThis.fetch =>
  ((input: string | URL, init?: RequestInit) =>
    fetch(input, { ...init as UndiciRequestInit, dispatcher })) as unknown as typeof globalThis.fetch
