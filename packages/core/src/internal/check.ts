/**
 * Checks of options that the packages share. Each returns the checked value or an `InvalidRequestError` that names the option.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { InvalidRequestError } from "../InvalidRequestError.js"

/** A checked option. */
export type Checked<A> = Either.Either<A, InvalidRequestError>

/** Rejects an option with a rule: `reject("limit", "a whole number")` says "limit must be a whole number". */
export const reject = (field: string, rule: string): Either.Either<never, InvalidRequestError> =>
  Either.left(new InvalidRequestError({ field, message: `${field} must be ${rule}` }))

/** Accepts a duration of more than 0, `Infinity` included. */
export const checkDuration = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  checkParsed(field, duration, Duration.greaterThan(Duration.zero), "a duration of more than 0 milliseconds")

/** Accepts a duration of 0 or more, `Infinity` included. */
export const checkDurationOrZero = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  checkParsed(field, duration, () => true, "a duration")

/** Accepts a duration of more than 0 that ends. */
export const checkFiniteDuration = (field: string, duration: Duration.DurationInput): Checked<Duration.Duration> =>
  checkParsed(
    field,
    duration,
    (duration) => Duration.isFinite(duration) && Duration.greaterThan(duration, Duration.zero),
    "a finite duration of more than 0 milliseconds"
  )

/** The largest count: the sum of two is exact in 32 bits. */
const maxCount = 2 ** 31 - 1

/** Accepts a whole number from `minimum` to 2,147,483,647. */
export const checkCount = (field: string, count: number, minimum: number): Checked<number> =>
  Number.isInteger(count) && count >= minimum && count <= maxCount
    ? Either.right(count)
    : reject(field, `a whole number from ${minimum} to ${maxCount}`)

/** Runs a check as an Effect. */
export const toEffect: <A>(checked: Checked<A>) => Effect.Effect<A, InvalidRequestError> = Either.match({
  onLeft: (error) => Effect.fail(error),
  onRight: (value) => Effect.succeed(value)
})

const checkParsed = (
  field: string,
  duration: Duration.DurationInput,
  accepts: (duration: Duration.Duration) => boolean,
  rule: string
): Checked<Duration.Duration> => {
  const parsed = parseDuration(duration)
  return Option.isSome(parsed) && accepts(parsed.value) ? Either.right(parsed.value) : reject(field, rule)
}

// `Duration` itself reads a negative number and NaN as zero.
const parseDuration = (duration: Duration.DurationInput): Option.Option<Duration.Duration> =>
  typeof duration === "number" && !(duration >= 0) ? Option.none() : Duration.decodeUnknown(duration)
