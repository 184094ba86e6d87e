import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import { isNotFound, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Predicate from "effect/Predicate"
import * as Schedule from "effect/Schedule"
import type { RetryPolicy } from "../../RetryPolicy.js"
import type { TransportRequest } from "../transport/transport.js"
import { CallStart } from "./callStart.js"
import { isAnswered, type RetryBudget } from "./retryBudget.js"

/**
 * Sends a request again while the policy says so, the request may be sent again, the budget lasts, and the caller does not
 * expect the error. Otherwise the last error is the call's. A call that succeeds at once pays for none of it.
 */
export const retry = <A>(
  attempt: Effect.Effect<A, OpenRouterError>,
  request: TransportRequest,
  policy: RetryPolicy,
  budget: RetryBudget,
  isExpected: Predicate.Predicate<OpenRouterError> = () => false
): Effect.Effect<A, OpenRouterError> =>
  Effect.clockWith((clock) => {
    const start = clock.unsafeCurrentTimeMillis()
    return Effect.matchEffect(attempt, {
      onSuccess: (value) => {
        budget.deposit(0)
        return Effect.succeed(value)
      },
      onFailure: (error) =>
        Effect.provideService(retryAfter(error, attempt, request, policy, budget, isExpected), CallStart, start)
    })
  })

const retryAfter = <A>(
  first: OpenRouterError,
  attempt: Effect.Effect<A, OpenRouterError>,
  request: TransportRequest,
  policy: RetryPolicy,
  budget: RetryBudget,
  isExpected: Predicate.Predicate<OpenRouterError>
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
  return next.pipe(
    Effect.tapError((error) =>
      isNotFound(error) && isExpected(error)
        ? Effect.void
        : Effect.logDebug("OpenRouter request failed", describe(request, error))
    ),
    Effect.retry(
      Schedule.check(
        policy,
        (error) => !isExpected(error) && (request.method === "GET" || isUnprocessed(error)) && isAffordable(error)
      )
    ),
    Effect.tapBoth({
      onSuccess: () => Effect.sync(() => budget.deposit(taken)),
      onFailure: (error) => Effect.sync(() => isAnswered(error) && budget.deposit(taken))
    }),
    Effect.catchSomeDefect((defect) =>
      defect instanceof InvalidRequestError ? Option.some(Effect.fail(defect)) : Option.none()
    )
  )
}

/** What a log may say of a failed attempt: no query, no body. */
const describe = ({ method, path }: TransportRequest, error: OpenRouterError) => ({
  method,
  path: path.replace(/\?.*/, ""),
  error: error._tag,
  ...(error._tag === "OpenRouterDefaultError" && { status: error.status, reason: error.reason })
})

/** Whether a request cannot have been processed: only then may one that is no `GET` be sent again. */
const isUnprocessed = (error: OpenRouterError): boolean =>
  (error._tag === "OpenRouterDefaultError" && error.reason === "TooManyRequests") ||
  (error._tag === "ConnectionError" && error.code === "ECONNREFUSED")
