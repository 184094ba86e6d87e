import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions as Overrides } from "@effect-openrouter/client/RequestOptions"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { Generations, type GenerationsService } from "@effect-openrouter/generations/Generations"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Redacted from "effect/Redacted"
import { HTTPClient } from "../HTTPClient.js"
import type { RequestOptions } from "../RequestOptions.js"
import type { Attribution } from "../requests.js"
import type { SDKOptions } from "../SDKOptions.js"
import { resolveApiKey } from "./apiKey.js"
import { inOptionNames } from "./optionNames.js"
import * as Settings from "./settings.js"

/** What one call asks of the service. */
export interface Ask<A> {
  (generations: GenerationsService, options: Overrides): Effect.Effect<A, OpenRouterError>
}

/** The calls of one client. */
export interface Calls {
  /** Starts a call in a fiber, soon: it can be interrupted before anything is sent. */
  readonly start: <A>(
    request: Attribution,
    options: RequestOptions | undefined,
    ask: Ask<A>
  ) => Fiber.RuntimeFiber<A, OpenRouterError>
  /** Interrupts the calls in flight, and closes the runtime. */
  readonly close: () => Promise<void>
}

class Start extends Context.Tag("@effect-openrouter/promise/Start")<Start, Calls["start"]>() {}

export const makeCalls = (options: SDKOptions): Calls => {
  const runtime = ManagedRuntime.make(Layer.provide(Layer.scoped(Start, makeStart(options)), httpClient(options)))
  return { start: runtime.runSync(Start), close: () => runtime.dispose() }
}

const httpClient = ({ fetcher, httpClient }: SDKOptions): Layer.Layer<HttpClient> => {
  const own = httpClient ?? (fetcher && new HTTPClient({ fetcher }))
  if (own === undefined) return FetchHttpClient.layer
  const fetch: typeof globalThis.fetch = (input, init) => own.request(new Request(input, init))
  return Layer.merge(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch))
}

/** A key function may give many keys: so many are kept a service, which holds a budget of retries. */
const maxServices = 16

const makeStart = (options: SDKOptions) =>
  Effect.gen(function*() {
    const settings = yield* Settings.make(options)
    const services = yield* Cache.make({
      capacity: maxServices,
      timeToLive: Duration.infinity,
      lookup: (apiKey: Redacted.Redacted) => Effect.provide(Generations, service(apiKey, settings))
    })
    // Its fibers end with the runtime, and have the context in which FetchHttpClient looks for another fetch.
    const fork = yield* FiberSet.makeRuntime<never>()

    return <A>(request: Attribution, options: RequestOptions = {}, ask: Ask<A>) =>
      fork(
        Effect.suspend(() => {
          const overrides = Settings.overrides(settings, request, options)
          return resolveApiKey(settings.apiKey, overrides.timeout).pipe(
            Effect.flatMap((apiKey) => services.get(apiKey)),
            Effect.flatMap((generations) => ask(generations, overrides)),
            Effect.mapError(inOptionNames),
            Effect.provideService(FetchHttpClient.RequestInit, Settings.requestInit(options))
          )
        }),
        { immediate: false }
      )
  })

const service = (apiKey: Redacted.Redacted, settings: Settings.Settings) =>
  Layer.provide(Generations.layer, OpenRouterClient.layer({ ...settings, apiKey }))
