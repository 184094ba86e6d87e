import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleInterval from "effect/ScheduleInterval"
import type { Backoff } from "./backoff.js"
import { CallStart } from "./callStart.js"
import type { RetryPolicy } from "./policy.js"

/** Never retries. */
export const stop: RetryPolicy = Schedule.stop

interface State {
  readonly attempt: number
  /** The time of the first failure, for a policy that is not used by the client. */
  readonly start: bigint | null
}

const nanosPerMilli = 1_000_000

/** Returns the Schedule of a policy, which measures time on the monotonic clock. Its output is the pause in milliseconds. */
export const toSchedule = (backoff: Backoff): RetryPolicy =>
  Schedule.makeWithState<State, OpenRouterError, number | null>(
    { attempt: 1, start: null },
    (now, error, state) =>
      Effect.map(Effect.all([Clock.currentTimeNanos, CallStart, Random.next]), ([nanos, callStart, random]) => {
        const start = callStart ?? state.start ?? nanos
        const elapsed = Number(nanos - start) / nanosPerMilli
        const pause = backoff({ error, attempt: state.attempt, elapsed, random })
        const decision = pause === null
          ? ScheduleDecision.done
          : ScheduleDecision.continueWith(ScheduleInterval.after(now + pause))
        return [{ attempt: state.attempt + 1, start }, pause, decision] as const
      })
  )
