import * as FetchClient from "@effect-openrouter/client/fetch"
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions as Overrides } from "@effect-openrouter/client/RequestOptions"
import * as Check from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { Generations, type GenerationsService } from "@effect-openrouter/generations/Generations"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Scope from "effect/Scope"
import type { RequestOptions } from "../RequestOptions.js"
import type { Attribution } from "../requests.js"
import type { SDKOptions } from "../SDKOptions.js"
import { toInvalidRequestError } from "./configError.js"
import { withOptionName } from "./optionNames.js"
import * as Settings from "./settings.js"

/** One call of the service. */
export interface Call<A> {
  readonly attribution: Attribution
  readonly run: (generations: GenerationsService, options: Overrides) => Effect.Effect<A, OpenRouterError>
}

/** The calls of one client. */
export interface Calls {
  /** Starts a call in a fiber, soon: it can be interrupted before anything is sent. */
  readonly start: <A>(
    call: Check.Checked<Call<A>>,
    options: RequestOptions | null | undefined
  ) => Fiber.RuntimeFiber<A, OpenRouterError>
  /** Interrupts the calls in flight, and closes the runtime. */
  readonly close: () => Promise<void>
}

class Start extends Context.Tag("@effect-openrouter/promise/Start")<Start, Calls["start"]>() {}

/** Makes the calls of a client. Bad options fail each call. */
export const makeCalls = (options: SDKOptions | null | undefined): Calls => {
  const runtime = ManagedRuntime.make(
    Layer.provide(
      Layer.scoped(Start, makeStart(Settings.make(options))),
      // `console.warn` for warnings: standard output belongs to the program.
      Logger.replace(Logger.defaultLogger, Logger.withLeveledConsole(Logger.stringLogger))
    )
  )
  return { start: runtime.runSync(Start), close: () => runtime.dispose() }
}

interface Client {
  readonly settings: Settings.Settings
  readonly generations: GenerationsService
}

const makeStart = (settings: Check.Checked<Settings.Settings>): Effect.Effect<Calls["start"], never, Scope.Scope> =>
  Effect.gen(function*() {
    const client: Exit.Exit<Client, InvalidRequestError> = yield* Effect.exit(
      Effect.flatMap(Check.toEffect(settings), makeClient)
    )
    // Its fibers end with the runtime.
    const fork = yield* FiberSet.makeRuntime<never>()
    return (call, options) =>
      fork(
        Effect.gen(function*() {
          yield* Effect.yieldNow()
          const { generations, settings } = yield* client
          const { attribution, run } = yield* Check.toEffect(call)
          const { overrides, requestInit, retryOption } = yield* Check.toEffect(
            Settings.forCall(settings, attribution, options)
          )
          // A function that gives keys is called once for each call, whatever the number of attempts.
          const apiKey = Effect.isEffect(settings.apiKey) ? yield* Effect.cached(settings.apiKey) : undefined
          return yield* Effect.provideService(
            Effect.mapError(run(generations, { ...overrides, apiKey }), withOptionName(retryOption)),
            FetchHttpClient.RequestInit,
            requestInit
          )
        }).pipe(Effect.mapError(withOptionName("retryConfig")))
      )
  })

const makeClient = (settings: Settings.Settings): Effect.Effect<Client, InvalidRequestError, Scope.Scope> =>
  Generations.layer.pipe(
    Layer.provide(OpenRouterClient.layerConfig({ ...settings.client, apiKey: settings.apiKey })),
    Layer.provide(fetchLayer(settings)),
    Layer.build,
    // The environment at this time: Effect 4 would read it once for all clients.
    Effect.withConfigProvider(ConfigProvider.fromEnv()),
    Effect.map((context) => ({ settings, generations: Context.get(context, Generations) })),
    Effect.mapError(toInvalidRequestError)
  )

const fetchLayer = ({ fetch }: Settings.Settings): Layer.Layer<HttpClient> =>
  fetch === undefined
    ? FetchClient.layer
    : Layer.provide(FetchClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
