import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Either from "effect/Either"

/** Refuses what is no whole number of at least so much. */
export const checkCount = (field: string, count: number, minimum: number): Either.Either<number, InvalidRequestError> =>
  Number.isInteger(count) && count >= minimum
    ? Either.right(count)
    : Either.left(new InvalidRequestError({ field, message: `${field} must be a whole number of at least ${minimum}` }))
