import { isRateLimited, isTimeout, isUnavailable, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"

/**
 * The retries that the calls of one client may still make, so that many callers do not flood a server that is down. The
 * prices are those of the AWS SDKs' retry quota, counted in retries: 1 for a retry, 2 after a timeout. A call that ends with
 * a response of a server that works returns what it took, or 0.2 if it took nothing.
 */
export interface RetryBudget {
  /** Takes the price of a retry after an error and returns it, or returns `null` if the budget does not cover it. */
  readonly withdraw: (error: OpenRouterError) => number | null
  /** Records that a call succeeded after it had taken `taken`. */
  readonly succeed: (taken: number) => void
  /** Records that a call failed after it had taken `taken`. */
  readonly fail: (taken: number, error: OpenRouterError) => void
}

/** Returns a budget of `capacity` retries. */
export const makeRetryBudget = (capacity: number): RetryBudget => {
  let left = capacity
  const succeed = (taken: number) => {
    left = Math.min(capacity, left + (taken === 0 ? 0.2 : taken))
  }
  return {
    withdraw: (error) => {
      const price = isTimeout(error) ? 2 : 1
      if (left < price) return null
      left -= price
      return price
    },
    succeed,
    fail: (taken, error) => {
      if (!isUnavailable(error) && !isRateLimited(error)) succeed(taken)
    }
  }
}
