import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { Backoff } from "./backoff.js"
import { CallStart } from "./callStart.js"
import type { RetryPolicy } from "./policy.js"

/** Never retries. */
export const stop: RetryPolicy = Schedule.recurs(0)

const nanosPerMilli = 1_000_000

/** Returns the Schedule of a policy, which measures time on the monotonic clock. Its output is the pause in milliseconds. */
export const toSchedule = (backoff: Backoff): RetryPolicy =>
  Schedule.fromStep(Effect.sync(() => {
    let attempt = 0
    let first: bigint | undefined
    return (_: number, error: OpenRouterError) =>
      Effect.flatMap(
        Effect.all([Clock.monotonicTimeNanos, CallStart, Random.next]),
        ([nanos, callStart, random]) => {
          first ??= nanos
          const elapsed = Number(nanos - (callStart ?? first)) / nanosPerMilli
          const pause = backoff({ error, attempt: ++attempt, elapsed, random })
          return pause === null
            ? Cause.done(null)
            : Effect.succeed<[number | null, Duration.Duration]>([pause, Duration.millis(pause)])
        }
      )
  }))
