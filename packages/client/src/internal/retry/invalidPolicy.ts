import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { RetryPolicy } from "./policy.js"

const errors = new WeakMap<RetryPolicy, InvalidRequestError>()

/**
 * Returns a policy that stands for an invalid configuration, because a Schedule has no error channel. A call with it fails
 * before anything is sent. If it is part of another policy, the call fails when that policy is first asked: by a defect,
 * which `retry` turns into the error.
 */
export const makeInvalidPolicy = (error: InvalidRequestError): RetryPolicy => {
  const policy = Schedule.checkEffect(Schedule.forever, () => Effect.die(error))
  errors.set(policy, error)
  return policy
}

/** Returns the error that an invalid policy stands for. */
export const invalidPolicyError = (policy: RetryPolicy): InvalidRequestError | undefined => errors.get(policy)
