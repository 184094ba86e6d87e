import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Either from "effect/Either"

/** So that the sum of two is exact, too. */
const maximum = 2 ** 31 - 1

/** Refuses what is no whole number from so much on. */
export const checkCount = (field: string, count: number, minimum: number): Either.Either<number, InvalidRequestError> =>
  Number.isInteger(count) && count >= minimum && count <= maximum
    ? Either.right(count)
    : Either.left(
      new InvalidRequestError({ field, message: `${field} must be a whole number from ${minimum} to ${maximum}` })
    )
