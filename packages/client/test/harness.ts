import { OpenRouterClient, type OpenRouterClientOptions, type RequestOptions } from "@effect-openrouter/client"
import { OpenRouterDefaultError, type OpenRouterError } from "@effect-openrouter/core"
import { OpenRouterEmulator } from "@effect-openrouter/emulator"
import { HttpClient } from "@effect/platform"
import { Clock, Context, Effect, Fiber, Layer, Logger, Random, Redacted, Ref, Schema, TestClock, Tracer } from "effect"

export const apiKey = Redacted.make("sk-or-v1-0123456789abcdef")

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
export const defaultErrorOf = <A, R>(call: Effect.Effect<A, OpenRouterError, R>) =>
  Effect.filterOrDieMessage(
    Effect.flip(call),
    (error) => error instanceof OpenRouterDefaultError,
    "expected an OpenRouterDefaultError"
  )

/** A tracer that records its spans. */
export const recordingTracer = Effect.map(Effect.tracer, (native) => {
  const spans: Array<Tracer.Span> = []
  const tracer = Tracer.make({
    context: native.context,
    span: (...args) => {
      const span = native.span(...args)
      spans.push(span)
      return span
    }
  })
  return { spans, tracer }
})

/** Runs an effect. Returns its result and the messages that it logged. */
export const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const messages: Array<string> = []
    const logger = Logger.make(({ logLevel, message }) => void messages.push(`${logLevel.label} ${String(message)}`))
    return effect.pipe(
      Effect.map((result) => ({ messages, result })),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger))
    )
  })

/** Runs an effect with a wall clock that differs from that of the test by `offset` milliseconds; the monotonic clock does not. */
export const withWallClock = <A, E, R>(effect: Effect.Effect<A, E, R>, offset: () => number): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const unsafeCurrentTimeMillis = () => clock.unsafeCurrentTimeMillis() + offset()
    const wallClock = {
      currentTimeMillis: Effect.sync(unsafeCurrentTimeMillis),
      unsafeCurrentTimeMillis,
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
    }
    return Effect.withClock(effect, Object.assign(Object.create(clock), wallClock))
  })
