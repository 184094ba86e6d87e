import * as RetryPolicy from "@effect-openrouter/client/RetryPolicy"
import * as Check from "@effect-openrouter/core/internal/check"
import * as Either from "effect/Either"
import type { RetryConfig } from "../RetryConfig.js"

/**
 * Returns the policy of a configuration and codes, or `undefined` for the default of the client if neither is given. Codes
 * alone have the limits of the standard policy.
 */
export const toRetryPolicy = (
  config: RetryConfig | undefined,
  retryCodes: ReadonlyArray<string | number> | undefined
): Check.Checked<RetryPolicy.RetryPolicy | undefined> =>
  Check.guard("retries", () =>
    Either.right(
      config === undefined && retryCodes === undefined
        ? undefined
        : RetryPolicy.backoff({ ...(config ?? RetryPolicy.standardConfig), retryCodes })
    ))
