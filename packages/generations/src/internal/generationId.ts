import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Either from "effect/Either"

const maxLength = 512

/**
 * Refuses what cannot be an id. No prefix is asked for: `gen-…`, `gen-batch-…`, `gen-vid-…` and `gen-emb-…` have all
 * been met, and the next kind will come without notice.
 */
export const checkGenerationId = (id: unknown, field = "id"): Either.Either<string, InvalidRequestError> => {
  const refuse = (problem: string) => Either.left(new InvalidRequestError({ field, message: `${field} ${problem}` }))
  if (typeof id !== "string") return refuse(`must be a string, got ${id === null ? "null" : typeof id}`)
  if (id === "") return refuse("must have at least 1 character")
  if (id.length > maxLength) return refuse(`must have at most ${maxLength} characters, got ${id.length}`)
  if (/[\p{Cc}\p{Cs}]/u.test(id)) return refuse("must not have control characters or lone surrogates")
  return Either.right(id)
}
