/**
 * An OpenRouter good enough to test against.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpServer from "@effect/platform/HttpServer"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { EmulatedContent, EmulatedGeneration } from "./EmulatedGeneration.js"
import type { Fault } from "./Fault.js"
import { makeBoundedLog } from "./internal/boundedLog.js"
import { closeConnections } from "./internal/closeConnections.js"
import { checkReply } from "./internal/completions/checkReply.js"
import { accountEndpoints } from "./internal/endpoints/account.js"
import { analyticsEndpoints } from "./internal/endpoints/analytics.js"
import { completionEndpoints, makeGenerationId, type ScriptedReply } from "./internal/endpoints/completions.js"
import { generationEndpoints } from "./internal/endpoints/generation.js"
import { makeHandle, toApp } from "./internal/handle.js"
import { inMemory } from "./internal/inMemory.js"
import { makeScript } from "./internal/script.js"
import { makeStore } from "./internal/store.js"
import type { ReceivedRequest } from "./ReceivedRequest.js"
import type { Reply } from "./Reply.js"

/** Options of `add`. */
export interface AddOptions {
  /**
   * The time until the record becomes visible. Until then it is a 404, as on the real API until the record is written.
   *
   * @default 0
   */
  readonly visibleAfter?: Duration.DurationInput | undefined
  /** The response of `GET /generation/content`. Without it that is a 404. */
  readonly content?: EmulatedContent | undefined
}

/** The controls of the emulator. */
export interface OpenRouterEmulatorService {
  /**
   * Adds a record, or replaces the one of the same id. A field that is left out gets a realistic value that depends only on
   * the id; an explicit `null` stays `null`.
   */
  readonly add: (record: EmulatedGeneration, options?: AddOptions) => Effect.Effect<void>
  /** Queues faults. Each is used once, by the next request that it fits; other requests get their usual response. */
  readonly faults: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /**
   * Queues the reply of a completion, and returns the id that its generation will have. Replies are used in order, one by
   * each completion; a completion without one gets `reply({})`. Faults come first and use up no reply. Dies if a field of the
   * record has the wrong type, as `add` does.
   */
  readonly reply: (reply: Reply) => Effect.Effect<string>
  /** Removes all records, faults, replies and received requests, and stops the completions being made. */
  readonly reset: Effect.Effect<void>
  /** The requests received, the oldest first: at most the last 10,000. */
  readonly requests: Effect.Effect<ReadonlyArray<ReceivedRequest>>
  /** The emulator as an HTTP app, to mount where `serve` does not fit. */
  readonly httpApp: Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
}

/**
 * An OpenRouter good enough to test against. It serves, under `/api/v1`:
 *
 * - `GET /generation`, `GET /generation/content` and `POST /generation/feedback`;
 * - `POST /chat/completions`, `/completions`, `/responses` and `/messages`, whole or streamed, and `/embeddings`. Each
 *   completion writes a record, which becomes visible later;
 * - `GET /key`, `/credits` and `/activity`, and `POST /analytics/query`, whose sums are those of the records.
 *
 * It accepts any key; only a request without one gets a 401. Pages of any origin may call it (CORS).
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { OpenRouterEmulator } from "@effect-openrouter/emulator"
 * import { Generations } from "@effect-openrouter/generations"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * const test = Effect.gen(function*() {
 *   const emulator = yield* OpenRouterEmulator
 *   yield* emulator.add({ id: "gen-1", totalCost: 0.0015 }, { visibleAfter: "2 seconds" })
 *   yield* emulator.faults([{ status: 429, headers: { "retry-after": "1" } }])
 *   return yield* Generations.await("gen-1")
 * })
 *
 * const TestLayer = Generations.layer.pipe(
 *   Layer.provide(OpenRouterClient.layer({ apiKey: Redacted.make("test") })),
 *   Layer.provide(OpenRouterEmulator.layerHttpClient),
 *   Layer.provideMerge(OpenRouterEmulator.layer)
 * )
 *
 * const result = test.pipe(Effect.provide(TestLayer))
 * ```
 */
export class OpenRouterEmulator extends Context.Tag("@effect-openrouter/emulator/OpenRouterEmulator")<
  OpenRouterEmulator,
  OpenRouterEmulatorService
>() {
  /** The emulator's state: its records, faults, replies and received requests. */
  static readonly layer: Layer.Layer<OpenRouterEmulator> = Layer.scoped(this, Effect.suspend(() => make))

  /** An `HttpClient` whose requests the emulator handles in memory, whatever their origin. It obeys `TestClock`. */
  static readonly layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, OpenRouterEmulator> = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(this, ({ httpApp }) => inMemory(httpApp))
  )

  /** Serves the emulator on an `HttpServer`, under `/api/v1`. When its scope closes, it closes every open connection. */
  static readonly serve: Layer.Layer<never, never, HttpServer.HttpServer | OpenRouterEmulator> = Layer.unwrapEffect(
    Effect.map(this, ({ httpApp }) =>
      // Finalizers run in reverse order: the connections are closed before the server waits for them.
      Layer.provideMerge(Layer.scopedDiscard(closeConnections), HttpServer.serve(httpApp)))
  )
}

const make = Effect.gen(function*() {
  const store = yield* makeStore
  const faults = yield* makeScript<Fault>()
  const replies = yield* makeScript<ScriptedReply>()
  const requests = yield* makeBoundedLog<ReceivedRequest>(10_000)
  const productions = yield* FiberSet.make()
  const endpoints = {
    ...generationEndpoints(store),
    ...completionEndpoints({ store, replies, productions }),
    ...accountEndpoints(store),
    ...analyticsEndpoints(store)
  }

  return OpenRouterEmulator.of({
    add: (record, options) =>
      store.add(record, Duration.decode(options?.visibleAfter ?? 0), Option.fromNullable(options?.content)),
    faults: faults.append,
    reply: (reply) =>
      Effect.gen(function*() {
        const id = reply.id ?? (yield* makeGenerationId(reply.embeddings === undefined ? "completions" : "embeddings"))
        yield* Effect.sync(() => checkReply(id, reply))
        yield* replies.append([{ id, reply }])
        return id
      }),
    reset: Effect.all(
      [FiberSet.clear(productions), store.clear, faults.clear, replies.clear, requests.clear],
      { discard: true }
    ),
    requests: requests.all,
    httpApp: toApp(makeHandle(endpoints, faults, requests))
  })
})
