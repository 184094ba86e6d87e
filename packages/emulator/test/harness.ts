import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { FetchHttpClient, HttpClient, HttpClientRequest, HttpServer } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer, Option } from "effect"
import { createServer } from "node:http"

/** The emulator and a client that calls it in memory. */
export const inMemory = Layer.provideMerge(OpenRouterEmulator.layerHttpClient, OpenRouterEmulator.layer)

/** The emulator on a socket of loopback, and a client that calls it there. */
export const served = Layer.mergeAll(OpenRouterEmulator.serve, FetchHttpClient.layer).pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 }))
)

/** The base URL of the emulator: on its socket, if it has one. */
export const baseUrl = Effect.map(
  Effect.serviceOption(HttpServer.HttpServer),
  Option.match({
    onNone: () => "https://openrouter.ai/api/v1",
    onSome: ({ address }) => `http://127.0.0.1:${address._tag === "TcpAddress" ? address.port : 0}/api/v1`
  })
)

/** Sends a request with a key. */
export const execute = (make: (baseUrl: string) => HttpClientRequest.HttpClientRequest) =>
  Effect.flatMap(baseUrl, (baseUrl) => HttpClient.execute(HttpClientRequest.bearerToken(make(baseUrl), "key")))

export const post = (path: string, body: unknown) =>
  execute((baseUrl) => HttpClientRequest.bodyUnsafeJson(HttpClientRequest.post(`${baseUrl}${path}`), body))

export const get = (path: string) => execute((baseUrl) => HttpClientRequest.get(`${baseUrl}${path}`))

/** The `data` of a successful response, or its `error`. */
export const getData = (path: string) =>
  Effect.map(Effect.flatMap(get(path), ({ json }) => json), (body) => (body as { readonly data: unknown }).data)
