import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"

/**
 * What the calls of one client may still spend on retries, so that many callers do not storm a server that is down. The
 * prices are those of the AWS SDKs' retry quota, counted in retries: 1 for a retry, 2 after a timeout; a call that the
 * server answers in the end gives back what it took, or 0.2 if it took nothing.
 */
export interface RetryBudget {
  /** Takes the price of a retry after this error and gives it back as a number; `null` where there is not enough. */
  readonly withdraw: (error: OpenRouterError) => number | null
  /** Notes a call that was answered after it had taken so much. */
  readonly deposit: (taken: number) => void
}

export const makeRetryBudget = (capacity: number): RetryBudget => {
  let left = capacity
  return {
    withdraw: (error) => {
      const price = error._tag === "RequestTimeoutError" ? 2 : 1
      if (left < price) return null
      left -= price
      return price
    },
    deposit: (taken) => {
      left = Math.min(capacity, left + (taken === 0 ? 0.2 : taken))
    }
  }
}

/** Whether a failure is an answer all the same, from a server that is up: a 404 is, a 429 or a 503 is not. */
export const isAnswered = (error: OpenRouterError): boolean =>
  error._tag === "ResponseValidationError" ||
  (error._tag === "OpenRouterDefaultError" && error.status < 500 && !/^(408|429)$/.test(String(error.status)) &&
    error.reason !== "TooManyRequests")
