import * as RetryPolicy from "@effect-openrouter/client/RetryPolicy"
import type { RetryConfig } from "../RetryConfig.js"

/** Where only codes are given, all else is as bounded as the standard policy. */
const standard: RetryConfig = {
  strategy: "backoff",
  backoff: { initialInterval: 500, maxInterval: 60_000, exponent: 1.5, maxElapsedTime: 60_000 },
  retryConnectionErrors: true
}

/** Where neither is given, the policy is the client's standard one. */
export const toRetryPolicy = (
  config: RetryConfig | undefined,
  retryCodes: ReadonlyArray<string> | undefined
): RetryPolicy.RetryPolicy | undefined =>
  config === undefined && retryCodes === undefined
    ? undefined
    : RetryPolicy.backoff({ ...(config ?? standard), retryCodes })
