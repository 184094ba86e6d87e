import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"

/** Refuses what is no duration. */
export const decodeDuration = (
  field: string,
  duration: Duration.DurationInput
): Either.Either<Duration.Duration, InvalidRequestError> =>
  Either.fromOption(Duration.decodeUnknown(duration), () => refuse(field, "a duration"))

/** Refuses a duration that is none, too: `Duration` itself takes what is negative, or not a number, for zero. */
export const checkDuration = (
  field: string,
  duration: Duration.DurationInput
): Either.Either<Duration.Duration, InvalidRequestError> =>
  Either.filterOrLeft(
    decodeDuration(field, duration),
    Duration.greaterThan(Duration.zero),
    () => refuse(field, "a duration of more than 0 milliseconds")
  )

const refuse = (field: string, right: string) =>
  new InvalidRequestError({ field, message: `${field} must be ${right}` })
