import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** Refuses what is no duration. */
export const decodeDuration = (
  field: string,
  duration: Duration.DurationInput
): Either.Either<Duration.Duration, InvalidRequestError> =>
  Either.fromOption(parse(duration), () => refuse(field, "a duration"))

/** Refuses a duration of nothing, too. */
export const checkDuration = (
  field: string,
  duration: Duration.DurationInput
): Either.Either<Duration.Duration, InvalidRequestError> =>
  Either.fromOption(
    Option.filter(parse(duration), Duration.greaterThan(Duration.zero)),
    () => refuse(field, "a duration of more than 0 milliseconds")
  )

// `Duration` itself takes a number that is negative, or none, for zero.
const parse = (duration: Duration.DurationInput): Option.Option<Duration.Duration> =>
  typeof duration === "number" && !(duration >= 0) ? Option.none() : Duration.decodeUnknown(duration)

const refuse = (field: string, right: string) =>
  new InvalidRequestError({ field, message: `${field} must be ${right}` })
