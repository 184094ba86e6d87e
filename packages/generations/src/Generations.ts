/**
 * What an OpenRouter generation really cost and how it ran.
 */
import { OpenRouterClient, type OpenRouterClientService } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import { Generation } from "@effect-openrouter/core/Generation"
import { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as ParseResult from "effect/ParseResult"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { GenerationNotVisibleError } from "./GenerationNotVisibleError.js"
import { checkDuration } from "./internal/duration.js"
import { checkGenerationId } from "./internal/generationId.js"
import { isNotFound, pollPause } from "./internal/notFound.js"
import { annotateSpan, spanAttributes } from "./internal/spanAttributes.js"

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
 * What stands between a call for a record and the request for it, such as a cache: `ask` makes the request. It is told the
 * call's own options, because a call that goes elsewhere is not to be answered from here.
 */
export interface Keep {
  (
    id: string,
    ask: Effect.Effect<Generation, OpenRouterError>,
    options: RequestOptions | undefined
  ): Effect.Effect<Generation, OpenRouterError>
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
    Effect.map(OpenRouterClient, (client) => make(client))
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

/** The service over a client, with `keep` between its calls for a record and the requests. */
export function make(client: OpenRouterClientService, keep: Keep = (_, ask) => ask): GenerationsService {
  const read = <A, I>(path: string, data: Schema.Schema<A, I>, options: RequestOptions | undefined) => (id: string) =>
    client.execute({ method: "GET", path: `${path}?id=${encodeURIComponent(id)}`, data }, options)

  const record = (options: RequestOptions | undefined) => (id: string) =>
    keep(id, read("/generation", Generation, options)(id), options)

  const send = (feedback: GenerationFeedback, options: RequestOptions | undefined) => () =>
    Effect.flatMap(
      encodeFeedback(feedback),
      (body) => client.execute({ method: "POST", path: "/generation/feedback", body, data: FeedbackReceipt }, options)
    )

  return {
    get: (id, options) => call("get", checkGenerationId(id), record(options), spanAttributes),

    await: (id, options) =>
      call(
        "await",
        checkGenerationId(id),
        (id) => untilVisible(record(options)(id), id, options?.within ?? "30 seconds"),
        spanAttributes
      ),

    content: (id, options) =>
      call("content", checkGenerationId(id), read("/generation/content", GenerationContent, options)),

    submitFeedback: (feedback, options) =>
      Effect.asVoid(
        call("submitFeedback", checkGenerationId(feedback?.generationId, "generationId"), send(feedback, options))
      )
  }
}

/** One call with its id checked, in a span of its name, which tells of the result where somebody looks. */
const call = <A, E>(
  method: keyof GenerationsService,
  id: Either.Either<string, InvalidRequestError>,
  run: (id: string) => Effect.Effect<A, E>,
  attributes?: (value: A) => Readonly<Record<string, unknown>>
): Effect.Effect<A, E | InvalidRequestError> => {
  const effect: Effect.Effect<A, E | InvalidRequestError> = Either.isLeft(id)
    ? Effect.fail(id.left)
    : attributes === undefined
    ? run(id.right)
    : annotateSpan(run(id.right), attributes)
  return Effect.withSpan(effect, `Generations.${method}`, {
    attributes: Either.isRight(id) ? { "openrouter.generation.id": id.right } : {},
    captureStackTrace: false
  })
}

const pauses = Schedule.addDelay(Schedule.forever, pollPause)

const untilVisible = (
  get: Effect.Effect<Generation, OpenRouterError>,
  id: string,
  within: Duration.DurationInput
): Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError> =>
  Effect.flatMap(checkDuration("within", within), (elapsed) => {
    let attempts = 0
    return Effect.suspend(() => {
      attempts++
      return get
    }).pipe(
      Effect.retry({ schedule: pauses, while: isNotFound }),
      Effect.timeoutFail({
        duration: elapsed,
        onTimeout: () => new GenerationNotVisibleError({ id, attempts, elapsed })
      })
    )
  })

const FeedbackReceipt = Schema.Struct({ success: Schema.Literal(true) })

const encodeFeedback = (feedback: GenerationFeedback) =>
  Effect.mapError(ParseResult.encodeUnknown(GenerationFeedback)(feedback), (issue) => {
    const [first] = ParseResult.ArrayFormatter.formatIssueSync(issue)
    const field = first?.path.join(".") ?? "feedback"
    return new InvalidRequestError({ field, message: `${field}: ${first?.message}` })
  })
