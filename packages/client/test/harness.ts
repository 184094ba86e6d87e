import { OpenRouterClient, type OpenRouterClientOptions, type RequestOptions } from "@effect-openrouter/client"
import { OpenRouterDefaultError, type OpenRouterError } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { apiKey } from "@effect-openrouter/test-support"
import { HttpClient } from "@effect/platform"
import { Clock, Context, Effect, Fiber, Layer, Random, Ref, Schema, TestClock } from "effect"

/** Any object is a record. */
const anyRecord = Schema.Record({ key: Schema.String, value: Schema.Unknown })

export const get = (options?: RequestOptions) =>
  Effect.flatMap(
    OpenRouterClient,
    (client) => client.execute({ method: "GET", path: "/generation?id=gen-1", schema: anyRecord }, options)
  )

export const post = (options?: RequestOptions) =>
  Effect.flatMap(OpenRouterClient, (client) =>
    client.execute({
      method: "POST",
      path: "/generation/feedback",
      body: { generation_id: "gen-1", category: "other" },
      schema: anyRecord
    }, options))

/** The instants at which requests were sent, in milliseconds of the clock. */
export class Instants extends Context.Tag("Instants")<Instants, Ref.Ref<ReadonlyArray<number>>>() {}

const recorded = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    Effect.all([HttpClient.HttpClient, Instants]),
    ([client, instants]) =>
      HttpClient.tapRequest(
        client,
        () => Effect.flatMap(Clock.currentTimeMillis, (now) => Ref.update(instants, (before) => [...before, now]))
      )
  )
)

/** A client over the emulator in memory, which knows `gen-1`. */
export const client = (options: Partial<OpenRouterClientOptions> = {}) =>
  OpenRouterClient.layer({ apiKey, ...options }).pipe(
    Layer.provide(recorded),
    Layer.provide(OpenRouterEmulator.layerHttpClient),
    Layer.provideMerge(Layer.effect(Instants, Ref.make<ReadonlyArray<number>>([]))),
    Layer.provideMerge(
      Layer.tap(
        OpenRouterEmulator.layer,
        (context) => Context.get(context, OpenRouterEmulator).add({ id: "gen-1", totalCost: 0.0015 })
      )
    )
  )

/** Runs a call against the clock of the test, with jitter at its middle. Returns its result and the instants of its requests. */
export const timed = <A, R>(call: Effect.Effect<A, OpenRouterError, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(Effect.withRandom(Effect.either(call), Random.fixed([0.5])))
    yield* TestClock.adjust("2 hours")
    return { result: yield* Fiber.join(fiber), instants: yield* Effect.flatMap(Instants, Ref.get) }
  })

/** Returns the error of a call whose response must be a failure. */
export const getDefaultError = <A, R>(call: Effect.Effect<A, OpenRouterError, R>) =>
  Effect.filterOrDieMessage(
    Effect.flip(call),
    (error) => error instanceof OpenRouterDefaultError,
    "expected an OpenRouterDefaultError"
  )
