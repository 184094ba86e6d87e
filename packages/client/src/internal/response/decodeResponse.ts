import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type { Settings } from "../settings.js"
import { isSuccess } from "../transport/bodyLimit.js"
import type { TransportResponse } from "../transport/transport.js"
import type { Decoder } from "./decoder.js"
import * as DefaultError from "./defaultError.js"
import * as ValidationError from "./validationError.js"

/** Turns an answer, whatever it is, into the value that `data` holds or the error that says why not. */
export const decodeAnswer = <A>(
  answer: TransportResponse,
  decode: Decoder<A>,
  { maxBodySize, scrub }: Settings
): Effect.Effect<A, OpenRouterError> => {
  const refuse = (field: string, problem: string) =>
    Effect.fail(ValidationError.make(field, problem, answer.text, scrub))

  const fail = () =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(DefaultError.fromAnswer(answer, scrub, now)))

  if (!isSuccess(answer.status)) return fail()
  if (answer.end === "limit") return refuse("body", `is larger than ${maxBodySize} bytes`)
  if (answer.end !== "complete") return Effect.fail(answer.end)

  let json: unknown
  try {
    json = JSON.parse(answer.text)
  } catch {
    const contentType = answer.headers["content-type"] ?? "no content type"
    return refuse("body", `expected JSON, got ${answer.text.length} characters of ${contentType}`)
  }

  if (!Predicate.isReadonlyRecord(json)) {
    return refuse("data", `expected an object that holds it, got ${ValidationError.kindOf(json)}`)
  }
  if ("error" in json && json["error"] !== null) return fail()
  if (!("data" in json)) return refuse("data", "is missing")
  if (json["data"] === null) return fail()

  const value = decode(json["data"])
  return Either.isRight(value)
    ? Effect.succeed(value.right)
    : Effect.fail(ValidationError.fromIssue(value.left, answer.text, scrub))
}
