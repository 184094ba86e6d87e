import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** Refuses a time to wait that is none: `Duration` itself takes what is negative, or not a number, for zero. */
export const checkWithin = (within: Duration.DurationInput): Either.Either<Duration.Duration, InvalidRequestError> =>
  Duration.decodeUnknown(within).pipe(
    Option.filter(Duration.greaterThan(Duration.zero)),
    Either.fromOption(() =>
      new InvalidRequestError({ field: "within", message: "within must be a duration of more than 0 milliseconds" })
    )
  )
