import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Runs an effect with a clock whose milliseconds are those of the monotonic clock. */
export const withMonotonicClock = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const unsafeCurrentTimeMillis = () => Number(clock.unsafeCurrentTimeNanos()) / 1e6
    return Effect.withClock(effect, {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      currentTimeMillis: Effect.sync(unsafeCurrentTimeMillis),
      currentTimeNanos: clock.currentTimeNanos,
      sleep: (duration) => clock.sleep(duration),
      unsafeCurrentTimeMillis,
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos()
    })
  })
