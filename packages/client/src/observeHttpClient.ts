/**
 * Reports every OpenRouter generation that passes through an `HttpClient`.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { ignoreFailure } from "./internal/observe/ignoreFailure.js"
import { observe } from "./internal/observe/observation.js"
import { ObservedResponse } from "./internal/observe/observedResponse.js"
import { makeScope } from "./internal/observe/scope.js"
import type { ObservedGeneration } from "./ObservedGeneration.js"
import type { ObserveOptions } from "./ObserveOptions.js"

/**
 * Returns a client that does what the given one does, and reports every OpenRouter generation that passes through it, as
 * `observeFetch` does for a fetch.
 *
 * A listener may return an Effect, such as `Ledger.settle(id)`. It is run in a fiber of its own, which starts before the caller
 * learns of the end and which the caller does not wait for. Its failures and defects are ignored.
 *
 * A response that is still compressed, as over undici, is reported with the id of its header.
 *
 * @throws TypeError if `baseUrl` is not an absolute URL
 *
 * @example
 * ```ts
 * import { observeHttpClient } from "@effect-openrouter/client"
 * import { FetchHttpClient, HttpClient } from "@effect/platform"
 * import { Console, Effect, Layer } from "effect"
 *
 * const Observed = Layer.effect(
 *   HttpClient.HttpClient,
 *   Effect.map(HttpClient.HttpClient, observeHttpClient(({ id }) => Console.log(id)))
 * ).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 */
export const observeHttpClient = (
  onGeneration: (generation: ObservedGeneration) => void | Effect.Effect<unknown, unknown>,
  options?: ObserveOptions<void | Effect.Effect<unknown, unknown>>
): <E, R>(client: HttpClient.HttpClient.With<E, R>) => HttpClient.HttpClient.With<E, R> => {
  const isInScope = makeScope(options?.baseUrl)

  return HttpClient.transform((sending, request) => {
    if (request.method !== "POST") return sending
    const url = Option.getOrUndefined(HttpClientRequest.toUrl(request))
    if (url === undefined || !isInScope(url)) return sending
    return Effect.flatMap(sending, (response) =>
      Effect.map(Effect.runtime(), (runtime) => {
        const run = runWith(runtime)
        const observation = observe(
          { path: url.pathname, status: response.status, header: (name) => response.headers[name] ?? null },
          {
            onStart: ignoreFailure((generation) => run(options?.onStart?.(generation))),
            onGeneration: ignoreFailure((generation) => run(onGeneration(generation)))
          }
        )
        return observation === null ? response : new ObservedResponse(response, observation)
      }))
  })
}

/** Starts what a listener returned, if it is an Effect. */
const runWith = (runtime: Runtime.Runtime<never>) => (result: unknown): unknown =>
  Effect.isEffect(result)
    ? void Runtime.runFork(runtime)(Effect.ignore(Effect.sandbox(result as Effect.Effect<unknown, unknown>)))
    : result
