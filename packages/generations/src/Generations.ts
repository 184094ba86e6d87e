/**
 * The service: the cost and the course of an OpenRouter generation.
 */
import { OpenRouterClient, type OpenRouterClientService } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import type { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import {
  checkBoolean,
  checkDuration,
  type Checked,
  guard,
  readOptions,
  toEffect
} from "@effect-openrouter/core/internal/check"
import { GenerationContentDecoder, GenerationDecoder } from "@effect-openrouter/core/internal/decoders"
import { noteOtherId } from "@effect-openrouter/core/internal/otherId"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import { isNotFound, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { constFalse } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { GenerationNotVisibleError } from "./GenerationNotVisibleError.js"
import { captureCallSite, withCallSite } from "./internal/callSite.js"
import { withCallSpan } from "./internal/callSpan.js"
import type { WithEffect } from "./internal/effectMajor.js"
import { checkFeedback } from "./internal/feedback.js"
import { checkGenerationId } from "./internal/generationId.js"
import { checkPauses, defaultWithin, isPollable, poll, type Server, type Wait } from "./internal/poll.js"
import { spanAttributes } from "./internal/spanAttributes.js"

/** The pauses between the requests of a poll: the first one, growing by half up to the longest one. */
export interface PollInterval {
  /**
   * The first pause; more than 0.
   *
   * @default "500 millis"
   */
  readonly initial?: Duration.DurationInput | undefined
  /**
   * The longest pause; more than 0.
   *
   * @default `within / 20`, at least 5 seconds and at most 1 minute
   */
  readonly max?: Duration.DurationInput | undefined
}

/** The options of a wait for a record. */
export interface WaitOptions extends RequestOptions {
  /**
   * Also wait until the cost is known, for at most `within`. At the end the record is returned as it is then; its unknown cost is
   * `null`.
   *
   * @default false
   */
  readonly waitForCost?: boolean | undefined
  /** The pauses between two requests for the record. A `Retry-After` makes a pause longer, never shorter. */
  readonly pollInterval?: PollInterval | undefined
}

/** The options of `await`. */
export interface AwaitOptions extends WaitOptions {
  /**
   * The time to wait for the record, the request in flight included; more than 0.
   *
   * @default "30 seconds"
   */
  readonly within?: Duration.DurationInput | undefined
}

/** The methods of the service. A test needs only those that it uses: `Layer.mock(Generations, { get: … })`. */
export interface GenerationsService {
  /**
   * Returns the record of a generation. OpenRouter writes the record 0.5 to 2 seconds after the completion ends: until then this
   * fails with an `OpenRouterDefaultError` whose `reason` is `NotFound`. `await` waits for it.
   *
   * @see https://openrouter.ai/docs/api-reference/get-a-generation
   */
  readonly get: (id: string, options?: RequestOptions) => Effect.Effect<Generation, OpenRouterError>
  /**
   * Returns the record of a generation as soon as OpenRouter has it. Requests it again, with a growing pause, for at most `within`
   * (default: 30 seconds), while the response is a 404 or a failure that may pass: a 429, 408, any 5XX, a 402 with `Retry-After`, no
   * response, or an unreadable one. The retry policy decides about all other errors.
   *
   * - At the end of `within`, the request in flight is interrupted and the last response decides: a 404, or no response at all,
   *   is a `GenerationNotVisibleError`; any other failure is returned as it is.
   * - A failure that waiting cannot change is returned at once: a 401, a 402 without `Retry-After`, an invalid option, a certificate
   *   that cannot be verified, a `Retry-After` beyond the end of `within`, or a 404 that is not OpenRouter's before anything of
   *   OpenRouter's was received.
   * - The deadline also holds in uninterruptible regions.
   *
   * The record of a cancelled stream appears about 9 seconds after the upstream run has ended by itself.
   */
  readonly await: (
    id: string,
    options?: AwaitOptions
  ) => Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError>
  /**
   * Returns the stored prompt and completion of a generation, and its failure if it failed. Both are private.
   *
   * @see https://openrouter.ai/docs/api-reference/generations/list-generation-content
   */
  readonly content: (id: string, options?: RequestOptions) => Effect.Effect<GenerationContent, OpenRouterError>
  /**
   * Reports feedback on a generation; needs a management key. The request is sent again only after a 429 or a refused connection:
   * after a timeout, a reset or a 5XX the feedback may have been recorded.
   *
   * @see https://openrouter.ai/docs/api-reference/generations/submit-generation-feedback
   */
  readonly submitFeedback: (
    feedback: GenerationFeedback,
    options?: RequestOptions
  ) => Effect.Effect<void, OpenRouterError>
}

/**
 * The service that requests generations. A test swaps the service; the statics call its methods.
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
  /** The service over the `OpenRouterClient` of the context. */
  static readonly make: Effect.Effect<GenerationsService, never, OpenRouterClient> = Effect.map(
    OpenRouterClient,
    (client) => make(client)
  )

  /**
   * The layer of the service. It is fresh: each place that provides it has a service of its own, over its own client, so that two
   * keys in one program stay apart.
   */
  static readonly layer: Layer.Layer<Generations, never, OpenRouterClient> = Layer.fresh(Layer.effect(this, this.make))

  /**
   * Returns the record of a generation. OpenRouter writes the record 0.5 to 2 seconds after the completion ends: until then this
   * fails with an `OpenRouterDefaultError` whose `reason` is `NotFound`. `await` waits for it.
   *
   * @see https://openrouter.ai/docs/api-reference/get-a-generation
   */
  static readonly get = (
    id: WithEffect<string>,
    options?: RequestOptions
  ): Effect.Effect<Generation, OpenRouterError, Generations> => accessor((generations) => generations.get(id, options))

  /**
   * Returns the record of a generation as soon as OpenRouter has it. Requests it again, with a growing pause, for at most `within`
   * (default: 30 seconds), while the response is a 404 or a failure that may pass: a 429, 408, any 5XX, a 402 with `Retry-After`, no
   * response, or an unreadable one. The retry policy decides about all other errors.
   *
   * - At the end of `within`, the request in flight is interrupted and the last response decides: a 404, or no response at all,
   *   is a `GenerationNotVisibleError`; any other failure is returned as it is.
   * - A failure that waiting cannot change is returned at once: a 401, a 402 without `Retry-After`, an invalid option, a certificate
   *   that cannot be verified, a `Retry-After` beyond the end of `within`, or a 404 that is not OpenRouter's before anything of
   *   OpenRouter's was received.
   * - The deadline also holds in uninterruptible regions.
   *
   * The record of a cancelled stream appears about 9 seconds after the upstream run has ended by itself.
   */
  static readonly await = (
    id: WithEffect<string>,
    options?: AwaitOptions
  ): Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError, Generations> =>
    accessor((generations) => generations.await(id, options))

  /**
   * Returns the stored prompt and completion of a generation, and its failure if it failed. Both are private.
   *
   * @see https://openrouter.ai/docs/api-reference/generations/list-generation-content
   */
  static readonly content = (
    id: WithEffect<string>,
    options?: RequestOptions
  ): Effect.Effect<GenerationContent, OpenRouterError, Generations> =>
    accessor((generations) => generations.content(id, options))

  /**
   * Reports feedback on a generation; needs a management key. The request is sent again only after a 429 or a refused connection:
   * after a timeout, a reset or a 5XX the feedback may have been recorded.
   *
   * @see https://openrouter.ai/docs/api-reference/generations/submit-generation-feedback
   */
  static readonly submitFeedback = (
    feedback: WithEffect<GenerationFeedback>,
    options?: RequestOptions
  ): Effect.Effect<void, OpenRouterError, Generations> =>
    accessor((generations) => generations.submitFeedback(feedback, options))
}

/** Runs a method of the service, with the line that calls the static method in its stack trace. */
const accessor = <A, E>(
  method: (generations: GenerationsService) => Effect.Effect<A, E>
): Effect.Effect<A, E, Generations> => {
  const site = captureCallSite(2)
  return Effect.flatMap(Generations, (generations) => withCallSite(site, () => method(generations)))
}

const make = (client: OpenRouterClientService): GenerationsService => {
  const read = <A, I>(path: string, schema: Schema.Schema<A, I>, id: string, options: RequestOptions | undefined) =>
    client.execute({ method: "GET", path: `${path}?id=${encodeURIComponent(id)}`, schema }, options ?? undefined)

  // The server of the client's own base URL. A poll at another one starts without knowledge.
  const server: Server = { isKnown: false }

  const record = (id: string, options: RequestOptions | undefined) =>
    Effect.flatMap(read("/generation", GenerationDecoder, id, options), (generation) => {
      server.isKnown ||= (options?.baseUrl ?? undefined) === undefined
      return acceptOtherId(id, generation)
    })

  return {
    get: (id, options) => {
      const isExpected = readIsExpected(options)
      return call({
        method: "get",
        id: checkGenerationId(id),
        run: (id) => record(id, options),
        describe: spanAttributes,
        // A poll has not failed while it waits.
        isExpected: (error) => isExpected !== undefined && isNotFound(error) && isExpected(error)
      })
    },

    await: (id, options) =>
      call({
        method: "await",
        id: checkGenerationId(id),
        run: (id) =>
          Effect.flatMap(toEffect(checkWait(options)), ({ wait, ...requestOptions }) => {
            const request = read("/generation", GenerationDecoder, id, { ...requestOptions, isExpected: isPollable })
            const target = (options?.baseUrl ?? undefined) === undefined ? server : { isKnown: false }
            return Effect.flatMap(poll(request, id, wait, target), (record) => acceptOtherId(id, record))
          }),
        describe: spanAttributes
      }),

    content: (id, options) =>
      call({
        method: "content",
        id: checkGenerationId(id),
        run: (id) => read("/generation/content", GenerationContentDecoder, id, options)
      }),

    submitFeedback: (feedback, options) =>
      call({
        method: "submitFeedback",
        id: guard("generationId", () => checkGenerationId(feedback?.generationId, "generationId")),
        run: () =>
          Effect.flatMap(toEffect(checkFeedback(feedback)), (body) =>
            Effect.asVoid(
              client.execute(
                { method: "POST", path: "/generation/feedback", body, schema: FeedbackReceipt },
                options ?? undefined
              )
            ))
      })
  }
}

/** A call of a method of the service. */
interface Call<A, E> {
  readonly method: keyof GenerationsService
  readonly id: Checked<string>
  readonly run: (id: string) => Effect.Effect<A, E>
  /** Returns the attributes that a result adds to the span. */
  readonly describe?: (value: A) => Readonly<Record<string, unknown>>
  /** Returns `true` for an error that does not fail the span. */
  readonly isExpected?: (error: E | InvalidRequestError) => boolean
}

/** Runs a call with a checked id, in a span of its name. */
const call = <A, E>({ describe, id, isExpected, method, run }: Call<A, E>): Effect.Effect<A, E | InvalidRequestError> =>
  withCallSpan<A, E | InvalidRequestError>(Either.isLeft(id) ? Effect.fail(id.left) : run(id.right), {
    name: `Generations.${method}`,
    attributes: Either.isRight(id) ? { "openrouter.generation.id": id.right } : {},
    site: captureCallSite(2),
    describe: describe ?? noAttributes,
    describeError: hideKey,
    isExpected: isExpected ?? constFalse
  })

const noAttributes = () => ({})

/** Removes the id from the span if the client rejects it: then it holds the client's own key. */
const hideKey = (error: unknown): Readonly<Record<string, unknown>> =>
  Predicate.isTagged(error, "InvalidRequestError") && "field" in error && error.field === "id"
    ? { "openrouter.generation.id": "<redacted>" }
    : {}

/** Reads an option that decides before the client is asked. The client rejects options that cannot be read. */
const readIsExpected = (options: RequestOptions | null | undefined): RequestOptions["isExpected"] => {
  try {
    return options?.isExpected ?? undefined
  } catch {
    return undefined
  }
}

/** Checks the options of a poll, and copies those of its requests. */
const checkWait = (options: AwaitOptions | null | undefined): Checked<RequestOptions & { readonly wait: Wait }> =>
  Either.gen(function*() {
    const given = yield* readOptions("options", options, ["within", "pollInterval", "waitForCost"])
    const within = yield* checkDuration("within", given.within ?? defaultWithin)
    const wait: Wait = {
      within,
      pauses: yield* checkPauses(given.pollInterval, within),
      waitForCost: yield* checkBoolean("waitForCost", given.waitForCost ?? false)
    }
    return yield* guard("options", () => Either.right({ ...options, wait }))
  })

/** Accepts a record with another id than the one that was requested, with a warning: a part of a batch may be found so. */
const acceptOtherId = (id: string, generation: Generation): Effect.Effect<Generation> =>
  generation.id === id
    ? Effect.succeed(generation)
    : Effect.suspend(() => {
      noteOtherId(generation)
      return Effect.as(
        Effect.logWarning("OpenRouter returned the record of another generation", { id, returnedId: generation.id }),
        generation
      )
    })

// A 204 has no receipt, and has recorded the feedback as well.
const FeedbackReceipt = Schema.UndefinedOr(Schema.Struct({ success: Schema.Literal(true) }))
