import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Schedule from "effect/Schedule"
import type { RetryPolicy } from "../RetryPolicy.js"

const problems = new WeakMap<RetryPolicy, InvalidRequestError>()

/** A Schedule has no error channel: a policy that makes no sense is remembered, and the call that is given it fails. */
export const makeInvalidPolicy = (field: string, message: string): RetryPolicy => {
  const policy = Schedule.map(Schedule.stop, () => field)
  problems.set(policy, new InvalidRequestError({ field, message }))
  return policy
}

/** What is wrong with a policy, if anything is. */
export const problemOf = (policy: RetryPolicy): InvalidRequestError | undefined => problems.get(policy)
