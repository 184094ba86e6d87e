import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type { ResponseValidationErrorReason } from "@effect-openrouter/core/ResponseValidationError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import { isSuccess } from "../transport/bodyLimit.js"
import type { Issue } from "./decoder.js"
import * as DefaultError from "./defaultError.js"
import * as ValidationError from "./validationError.js"
import { valueKind } from "./valueKind.js"

/** Turns any response into the value of its `data`, or into the error that says why there is none. */
export const decodeResponse = <A>(
  exchange: ValidationError.Exchange,
  decode: (input: unknown) => Either.Either<A, Issue>
): Effect.Effect<A, OpenRouterError> => {
  const { request, response, settings } = exchange
  const { end, headers, status, text } = response

  const fail = () =>
    Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => Effect.fail(DefaultError.fromResponse(response, request, settings, now))
    )
  const reject = (reason: ResponseValidationErrorReason, field: string, problem: string) =>
    Effect.fail(ValidationError.make(exchange, reason, field, problem))

  if (!isSuccess(status)) return fail()
  if (end === "limit") return reject("TooLarge", "body", `is larger than ${settings.maxBodySize} bytes`)
  if (end !== "complete") return Effect.fail(end)

  if (status === noContent) {
    const value = decode(undefined)
    if (Either.isRight(value)) return Effect.succeed(value.right)
  }

  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    const contentType = headers["content-type"] ?? "no content type"
    return reject("Unreadable", "body", `expected JSON, got ${text.length} characters of ${contentType}`)
  }

  if (!Predicate.isReadonlyRecord(json)) {
    return reject("Invalid", "data", `expected an object that holds it, got ${valueKind(json)}`)
  }
  if ("error" in json && json["error"] !== null) return fail()
  if (!("data" in json)) return reject("Invalid", "data", "is missing")
  if (json["data"] === null) return fail()

  const value = decode(json["data"])
  return Either.isRight(value)
    ? Effect.succeed(value.right)
    : Effect.fail(ValidationError.fromIssue(exchange, value.left))
}

/** A success without a body. It is complete if the Schema accepts `undefined`. */
const noContent = 204
