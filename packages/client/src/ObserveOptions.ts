/**
 * Options of `observeFetch` and `observeHttpClient`.
 */
import type { StartedGeneration } from "./ObservedGeneration.js"

/** Options of `observeFetch` and `observeHttpClient`. `Result` is what the listener may return. */
export interface ObserveOptions<Result = void> {
  /**
   * The base URLs whose responses are observed: those of the same origin, with a path at or under the base URL's.
   *
   * @default https://openrouter.ai and its subdomains, any path
   */
  readonly baseUrl?: string | ReadonlyArray<string> | undefined
  /**
   * Is called once for each generation, as soon as its id is seen and before the caller gets that part of the response. If you
   * store the id here, a crash in the middle of the completion does not lose it.
   */
  readonly onStart?: ((generation: StartedGeneration) => Result) | undefined
}
