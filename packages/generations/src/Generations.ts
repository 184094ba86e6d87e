/**
 * What an OpenRouter generation really cost and how it ran.
 */
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import type { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { GenerationNotVisibleError } from "./GenerationNotVisibleError.js"
import { makeGenerations } from "./internal/makeGenerations.js"

/** What `await` may be told, besides what every call may. */
export interface AwaitOptions extends RequestOptions {
  /**
   * How long to wait for the record, the request in flight included; more than 0.
   *
   * @default "30 seconds"
   */
  readonly within?: Duration.DurationInput | undefined
}

/** What the service does. In a test, any part of it is enough: `Layer.mock(Generations, { get: … })`. */
export interface GenerationsService {
  /**
   * The record of a generation. A record is not there the moment its completion ends: until it is written, this fails
   * with an `OpenRouterDefaultError` whose `reason` is `NotFound`. See `await`.
   *
   * @see https://openrouter.ai/docs/api-reference/get-a-generation
   */
  readonly get: (id: string, options?: RequestOptions) => Effect.Effect<Generation, OpenRouterError>
  /**
   * The record of a generation, asked for again with a growing pause (0.5 s to 5 s) for as long as the answer is 404, and
   * at most `within` (30 seconds): then it fails with a `GenerationNotVisibleError`, also when a request was in flight or
   * being retried. Every failure that came before is returned as `get` returns it. A record usually appears within 0.5 to 2 seconds of the end of its completion; that of a cancelled
   * stream about 9 seconds after the upstream run has ended by itself.
   */
  readonly await: (
    id: string,
    options?: AwaitOptions
  ) => Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError>
  /**
   * The stored prompt and completion of a generation, and its failure if it failed. They are people's words: private.
   *
   * @see https://openrouter.ai/docs/api-reference/generations/list-generation-content
   */
  readonly content: (id: string, options?: RequestOptions) => Effect.Effect<GenerationContent, OpenRouterError>
  /**
   * Reports feedback on a generation; needs a management key. It is sent again only after a 429 or a refused connection:
   * after a timeout, a reset or a 5XX it may have been recorded.
   *
   * @see https://openrouter.ai/docs/api-reference/generations/submit-generation-feedback
   */
  readonly submitFeedback: (
    feedback: GenerationFeedback,
    options?: RequestOptions
  ) => Effect.Effect<void, OpenRouterError>
}

/**
 * What an OpenRouter generation really cost and how it ran. The service is what a test swaps; the statics call it.
 *
 * @example
 * ```ts
 * import { OpenRouterClient } from "@effect-openrouter/client"
 * import { Usage } from "@effect-openrouter/core"
 * import { Generations } from "@effect-openrouter/generations"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Console, Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function*() {
 *   const generation = yield* Generations.await("gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG", { within: "1 minute" })
 *   yield* Console.log(generation.model, Usage.effectiveCost(generation))
 * })
 *
 * const OpenRouter = Generations.layer.pipe(
 *   Layer.provide(OpenRouterClient.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * program.pipe(Effect.provide(OpenRouter), Effect.runPromise)
 * ```
 */
export class Generations extends Context.Tag("@effect-openrouter/generations/Generations")<
  Generations,
  GenerationsService
>() {
  /** The service over an `OpenRouterClient`. */
  static readonly layer: Layer.Layer<Generations, never, OpenRouterClient> = Layer.effect(
    this,
    Effect.map(OpenRouterClient, (client) => makeGenerations(client))
  )

  /** The record of a generation: `GenerationsService.get`. */
  static readonly get = (
    id: string,
    options?: RequestOptions
  ): Effect.Effect<Generation, OpenRouterError, Generations> =>
    Effect.flatMap(this, (generations) => generations.get(id, options))

  /** The record of a generation, as soon as it is there: `GenerationsService.await`. */
  static readonly await = (
    id: string,
    options?: AwaitOptions
  ): Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError, Generations> =>
    Effect.flatMap(this, (generations) => generations.await(id, options))

  /** The stored prompt and completion of a generation: `GenerationsService.content`. */
  static readonly content = (
    id: string,
    options?: RequestOptions
  ): Effect.Effect<GenerationContent, OpenRouterError, Generations> =>
    Effect.flatMap(this, (generations) => generations.content(id, options))

  /** Reports feedback on a generation: `GenerationsService.submitFeedback`. */
  static readonly submitFeedback = (
    feedback: GenerationFeedback,
    options?: RequestOptions
  ): Effect.Effect<void, OpenRouterError, Generations> =>
    Effect.flatMap(this, (generations) => generations.submitFeedback(feedback, options))
}
