import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { OpenRouterRequest } from "../OpenRouterRequest.js"
import type { RetryPolicy } from "../RetryPolicy.js"
import { CallStart } from "./callStart.js"
import type { RetryBudget } from "./retryBudget.js"

/**
 * Tries again while the policy says so, the request may be sent again, and the budget lasts. Otherwise the last error is
 * the call's. A call that succeeds at once pays for none of it.
 */
export const retry = <A>(
  attempt: Effect.Effect<A, OpenRouterError>,
  method: OpenRouterRequest<A, unknown>["method"],
  policy: RetryPolicy,
  budget: RetryBudget
): Effect.Effect<A, OpenRouterError> =>
  Effect.flatMap(Clock.currentTimeMillis, (start) =>
    Effect.matchEffect(attempt, {
      onSuccess: (value) => {
        budget.deposit(0)
        return Effect.succeed(value)
      },
      onFailure: (error) => Effect.provideService(retryAfter(error, attempt, method, policy, budget), CallStart, start)
    }))

const retryAfter = <A>(
  first: OpenRouterError,
  attempt: Effect.Effect<A, OpenRouterError>,
  method: OpenRouterRequest<A, unknown>["method"],
  policy: RetryPolicy,
  budget: RetryBudget
): Effect.Effect<A, OpenRouterError> => {
  let taken = 0
  const isAffordable = (error: OpenRouterError): boolean => {
    const price = budget.withdraw(error)
    taken += price ?? 0
    return price !== null
  }
  // The first attempt is over: the Schedule is told of its error before it is asked for another.
  let failed: Effect.Effect<never, OpenRouterError> | undefined = Effect.fail(first)
  const next = Effect.suspend((): Effect.Effect<A, OpenRouterError> => {
    const result = failed ?? attempt
    failed = undefined
    return result
  })
  return Effect.retry(
    next,
    Schedule.check(policy, (error) => (method === "GET" || isUnprocessed(error)) && isAffordable(error))
  ).pipe(
    Effect.tap(() => Effect.sync(() => budget.deposit(taken)))
  )
}

/** Whether a request cannot have been processed: only then may one that is no `GET` be sent again. */
const isUnprocessed = (error: OpenRouterError): boolean =>
  (error._tag === "OpenRouterDefaultError" && error.reason === "TooManyRequests") ||
  (error._tag === "ConnectionError" && error.code === "ECONNREFUSED")
