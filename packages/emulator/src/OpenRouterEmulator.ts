/**
 * An OpenRouter good enough to test against.
 */
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpServer from "@effect/platform/HttpServer"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type { EmulatedContent, EmulatedGeneration } from "./EmulatedGeneration.js"
import type { Fault } from "./Fault.js"
import { makeApp } from "./internal/app.js"
import { inMemory } from "./internal/inMemory.js"
import { makeRecent } from "./internal/recent.js"
import { makeStore } from "./internal/store.js"
import type { ReceivedRequest } from "./ReceivedRequest.js"

/** What `add` may be told of a record. */
export interface AddOptions {
  /**
   * How long from now the record stays hidden behind a 404, as it does on the real API until it is written.
   *
   * @default 0
   */
  readonly visibleAfter?: Duration.DurationInput | undefined
  /** What `GET /generation/content` answers; without it a 404. */
  readonly content?: EmulatedContent | undefined
}

/** What a test does with the emulator. */
export interface OpenRouterEmulatorService {
  /** Adds a record, or replaces the one of the same id. */
  readonly add: (record: EmulatedGeneration, options?: AddOptions) => Effect.Effect<void>
  /** Lines up faults: the next requests meet them in order, one each, and those after them are answered as usual. */
  readonly faults: (faults: ReadonlyArray<Fault>) => Effect.Effect<void>
  /** The requests received, the oldest first; of a long run the last 10,000. */
  readonly requests: Effect.Effect<ReadonlyArray<ReceivedRequest>>
  /** The emulator as an HTTP app, to mount where `serve` does not fit. */
  readonly httpApp: HttpApp.Default
}

/**
 * An OpenRouter good enough to test against: `GET /generation`, `GET /generation/content` and
 * `POST /generation/feedback` under `/api/v1`, with any bearer token accepted and none refused with a 401.
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
  /** The emulator's state: its records, faults and received requests. */
  static readonly layer: Layer.Layer<OpenRouterEmulator> = Layer.effect(this, Effect.suspend(() => make))

  /** An `HttpClient` that is answered by the emulator in memory, whatever the origin. It obeys `TestClock`. */
  static readonly layerHttpClient: Layer.Layer<HttpClient.HttpClient, never, OpenRouterEmulator> = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(this, ({ httpApp }) => inMemory(httpApp))
  )

  /** Serves the emulator on an `HttpServer`, under `/api/v1`. */
  static readonly serve: Layer.Layer<never, never, HttpServer.HttpServer | OpenRouterEmulator> = Layer.unwrapEffect(
    Effect.map(this, ({ httpApp }) => HttpServer.serve(httpApp))
  )
}

const make = Effect.gen(function*() {
  const store = yield* makeStore
  const faults = yield* Ref.make(Chunk.empty<Fault>())
  const requests = yield* makeRecent<ReceivedRequest>(10_000)

  const nextFault = Ref.modify(faults, (faults) => [Chunk.head(faults), Chunk.drop(faults, 1)])

  return OpenRouterEmulator.of({
    add: (record, options) =>
      store.add(record, Duration.decode(options?.visibleAfter ?? 0), Option.fromNullable(options?.content)),
    faults: (more) => Ref.update(faults, Chunk.appendAll(Chunk.fromIterable(more))),
    requests: requests.all,
    httpApp: makeApp(store, nextFault, requests.append)
  })
})
