import { OpenRouterClient } from "@effect-openrouter/client"
import * as NodeClient from "@effect-openrouter/client/node"
import { Generation } from "@effect-openrouter/core"
import { OpenRouterEmulator, type OpenRouterEmulatorService } from "@effect-openrouter/emulator"
import { Generations } from "@effect-openrouter/generations"
import { apiKey } from "@effect-openrouter/test-support"
import { FetchHttpClient, HttpServer } from "@effect/platform"
import { NodeHttpClient, NodeHttpServer } from "@effect/platform-node"
import { Effect, Layer, Schema } from "effect"
import { createServer } from "node:http"

/** Everything in memory, under the clock of the test. */
export const inMemory = Generations.layer.pipe(
  Layer.provide(OpenRouterClient.layer({ apiKey })),
  Layer.provide(OpenRouterEmulator.layerHttpClient),
  Layer.provideMerge(OpenRouterEmulator.layer)
)

/** The emulator on a free port of loopback. */
const served = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.orDie
)

/** Where it is. */
export const serverURL = HttpServer.addressFormattedWith((address) => Effect.succeed(`${address}/api/v1`))

const overSocket = Generations.layer.pipe(
  Layer.provide(Layer.unwrapEffect(Effect.map(serverURL, (baseUrl) => OpenRouterClient.layer({ apiKey, baseUrl }))))
)

/** Over a real socket, with each of the transports. */
export const overFetch = overSocket.pipe(Layer.provide(FetchHttpClient.layer), Layer.provideMerge(served))
export const overNodeClient = overSocket.pipe(Layer.provide(NodeClient.layer), Layer.provideMerge(served))
export const overUndici = overSocket.pipe(Layer.provide(NodeHttpClient.layerUndici), Layer.provideMerge(served))

/** Adds a record to the emulator. */
export const add = (...args: Parameters<OpenRouterEmulatorService["add"]>) =>
  Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.add(...args))

/** How often the record of an id was asked for. */
export const asked = (id: string) =>
  Effect.map(
    Effect.flatMap(OpenRouterEmulator, (emulator) => emulator.requests),
    (requests) => requests.filter(({ url }) => url.endsWith(`/generation?id=${id}`)).length
  )

/** A record, from the fields that OpenRouter sends. */
export const record = Schema.decodeUnknownSync(Generation)
