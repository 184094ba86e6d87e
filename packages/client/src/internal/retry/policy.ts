import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Schedule from "effect/Schedule"

/** A policy of retries: an ordinary Schedule that receives the errors. */
export type RetryPolicy = Schedule.Schedule<unknown, OpenRouterError>

/** The retry configuration of OpenRouter's own client, field for field. Times are in milliseconds. */
export interface BackoffConfig {
  /** `"none"` never retries. */
  readonly strategy: "backoff" | "none"
  /** The pauses between attempts, and the time of all attempts together. Each number has its own default. */
  readonly backoff?: BackoffIntervals | null | undefined
  /**
   * Retry connection failures, timeouts, and responses that cannot be read.
   *
   * @default false
   */
  readonly retryConnectionErrors?: boolean | null | undefined
  /**
   * The statuses to retry, each a number (`429`, `"429"`) or a family (`"5XX"`).
   *
   * @default ["5XX"]
   */
  readonly retryCodes?: ReadonlyArray<string | number> | null | undefined
}

/** The intervals of a `BackoffConfig`, in milliseconds, and the factor between two pauses. */
export interface BackoffIntervals {
  /**
   * The first pause.
   *
   * @default 500
   */
  readonly initialInterval?: number | null | undefined
  /**
   * The longest pause.
   *
   * @default 60_000
   */
  readonly maxInterval?: number | null | undefined
  /**
   * The factor by which each pause is longer than the one before.
   *
   * @default 1.5
   */
  readonly exponent?: number | null | undefined
  /**
   * The time from the beginning of the call in which the last attempt must begin.
   *
   * @default 3_600_000
   */
  readonly maxElapsedTime?: number | null | undefined
}
