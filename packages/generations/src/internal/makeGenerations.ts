import type { OpenRouterClientService } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import { Generation } from "@effect-openrouter/core/Generation"
import { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"
import { checkDuration } from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { GenerationNotVisibleError } from "../GenerationNotVisibleError.js"
import type { GenerationsService } from "../Generations.js"
import { checkGenerationId } from "./generationId.js"
import { isNotFound, pollPause } from "./poll.js"
import { annotateSpan, spanAttributes } from "./spanAttributes.js"

/** Makes the service over a client. */
export const makeGenerations = (client: OpenRouterClientService): GenerationsService => {
  const read = <A, I>(path: string, schema: Schema.Schema<A, I>, options: RequestOptions | undefined) => (id: string) =>
    client.execute({ method: "GET", path: `${path}?id=${encodeURIComponent(id)}`, schema }, options)

  const record = (options: RequestOptions | undefined) => read("/generation", Generation, options)

  const send = (feedback: GenerationFeedback, options: RequestOptions | undefined) => () =>
    Effect.flatMap(
      encodeFeedback(feedback),
      (body) => client.execute({ method: "POST", path: "/generation/feedback", body, schema: FeedbackReceipt }, options)
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
