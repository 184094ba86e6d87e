import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { RetryPolicy } from "../../RetryPolicy.js"

const problems = new WeakMap<RetryPolicy, InvalidRequestError>()

/**
 * A Schedule has no error channel. The call that is given a policy that makes no sense fails before anything is sent; where
 * the policy is part of another, it fails when it is first asked, by way of a defect that `retry` turns into the failure.
 */
export const makeInvalidPolicy = (field: string, message: string): RetryPolicy => {
  const problem = new InvalidRequestError({ field, message })
  const policy = Schedule.checkEffect(Schedule.forever, () => Effect.die(problem))
  problems.set(policy, problem)
  return policy
}

/** What is wrong with a policy, if anything is. */
export const problemOf = (policy: RetryPolicy): InvalidRequestError | undefined => problems.get(policy)
