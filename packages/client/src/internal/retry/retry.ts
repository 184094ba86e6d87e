import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import { isNotFound, isUnprocessed, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import type { RetryPolicy } from "../../RetryPolicy.js"
import { requestedId } from "../requestedId.js"
import { getClock, withFiber } from "../transport/fiberState.js"
import type { TransportRequest } from "../transport/transport.js"
import { CallStart } from "./callStart.js"
import type { RetryBudget } from "./retryBudget.js"

/** The request of every attempt. */
export type RetryRequest = Omit<TransportRequest, "attempts">

/** The parts of a call that decide about its retries. */
export interface RetryOptions {
  readonly policy: RetryPolicy
  readonly budget: RetryBudget
  /** Returns `true` for an error that the caller handles itself. */
  readonly isExpected: Predicate.Predicate<OpenRouterError>
  /** `true` if the request may be sent again although it may have been processed. */
  readonly isRepeatable: boolean
}

/**
 * Makes the attempt of a call, and repeats it while the policy says so, the request may be sent again, the budget lasts, and the
 * caller does not expect the error. Otherwise the call fails with the last error. A call that succeeds at once skips all of this,
 * which saves a fifth of its CPU time.
 */
export const retry = <A>(
  makeAttempt: () => Effect.Effect<A, OpenRouterError>,
  request: RetryRequest,
  options: RetryOptions
): Effect.Effect<A, OpenRouterError> =>
  withFiber((fiber) => {
    const attempt = makeAttempt()
    const start = getClock(fiber).unsafeCurrentTimeNanos()
    return Effect.matchEffect(attempt, {
      onSuccess: (value) => {
        options.budget.succeed(0)
        return Effect.succeed(value)
      },
      onFailure: (error) => Effect.provideService(retryFrom(error, attempt, request, options), CallStart, start)
    })
  })

const retryFrom = <A>(
  first: OpenRouterError,
  attempt: Effect.Effect<A, OpenRouterError>,
  request: RetryRequest,
  { budget, isExpected, isRepeatable, policy }: RetryOptions
): Effect.Effect<A, OpenRouterError> => {
  let taken = 0
  const isAffordable = (error: OpenRouterError): boolean => {
    const price = budget.withdraw(error)
    taken += price ?? 0
    return price !== null
  }
  // The first attempt is over: the Schedule receives its error before it decides about the next one.
  let failed: Effect.Effect<never, OpenRouterError> | undefined = Effect.fail(first)
  const next = Effect.suspend((): Effect.Effect<A, OpenRouterError> => {
    const result = failed ?? attempt
    failed = undefined
    return result
  })
  return next.pipe(
    Effect.tapError((error) => isNotFound(error) && isExpected(error) ? Effect.void : logFailure(request, error)),
    Effect.retry(
      Schedule.check(
        policy,
        (error: OpenRouterError) => !isExpected(error) && (isRepeatable || isUnprocessed(error)) && isAffordable(error)
      )
    ),
    Effect.tap(() => Effect.sync(() => budget.succeed(taken))),
    Effect.tapError((error) => Effect.sync(() => budget.fail(taken, error))),
    Effect.catchAllDefect((defect) => isInvalidRequest(defect) ? Effect.fail(defect) : Effect.die(defect))
  )
}

/** Logs a failed attempt, without its query and its body. */
const logFailure = (request: RetryRequest, error: OpenRouterError): Effect.Effect<void> => {
  const id = requestedId(request)
  return Effect.logDebug("OpenRouter request failed", describe(request, error)).pipe(
    id === undefined ? (log) => log : Effect.annotateLogs("openrouter.generation.id", id)
  )
}

const describe = ({ method, path }: RetryRequest, error: OpenRouterError) => ({
  method,
  path: path.replace(/\?.*/, ""),
  error: error._tag,
  ...("attempts" in error && { attempts: error.attempts, requestId: error.requestId }),
  ...("status" in error && { status: error.status, reason: error.reason })
})

/** The defect of an invalid policy, of this or of another copy of the package. */
const isInvalidRequest = (defect: unknown): defect is InvalidRequestError =>
  Predicate.isTagged(defect, "InvalidRequestError")
