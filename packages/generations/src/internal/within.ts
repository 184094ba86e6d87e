import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"

/** Refuses a time to wait that is none: `Duration` itself takes what is negative, or not a number, for zero. */
export const checkWithin = (within: Duration.DurationInput): Either.Either<Duration.Duration, InvalidRequestError> =>
  Either.filterOrLeft(
    decodeWithin(within),
    Duration.greaterThan(Duration.zero),
    () => refuse("a duration of more than 0 milliseconds")
  )

/** Refuses what is no duration. */
export const decodeWithin = (within: Duration.DurationInput): Either.Either<Duration.Duration, InvalidRequestError> =>
  Either.fromOption(Duration.decodeUnknown(within), () => refuse("a duration"))

const refuse = (right: string) => new InvalidRequestError({ field: "within", message: `within must be ${right}` })
