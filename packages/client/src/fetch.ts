/**
 * An `HttpClient` over fetch that is made for OpenRouter's small responses. It runs on Node.js, Bun, Deno, in browsers and in
 * workers.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { fetchTransport } from "./internal/transport/fetchTransport.js"
import { setTransport } from "./internal/transport/transport.js"

/**
 * The `HttpClient` of `FetchHttpClient.layer`, over which an `OpenRouterClient` calls fetch directly. It uses the
 * `FetchHttpClient.Fetch` and the `FetchHttpClient.RequestInit` of your program, provided to the layer or around a call. An
 * `HttpClient` that is derived from it is an ordinary one.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import * as FetchClient from "@effect-openrouter/client/fetch"
 * import { Layer } from "effect"
 *
 * const Client = OpenRouterClient.layerConfig().pipe(Layer.provide(FetchClient.layer))
 * ```
 */
export const layer: Layer.Layer<HttpClient.HttpClient> = Layer.scoped(
  HttpClient.HttpClient,
  Effect.gen(function*() {
    const context = yield* Effect.context<never>()
    const httpClient = Context.get(yield* Layer.build(FetchHttpClient.layer), HttpClient.HttpClient)
    return setTransport(httpClient, fetchTransport(context))
  })
)
