import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Runs an effect with a clock whose milliseconds are those of the monotonic clock. */
export const withMonotonicClock = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const currentTimeMillisUnsafe = () => Number(clock.monotonicTimeNanosUnsafe()) / 1e6
    return Effect.provideService(effect, Clock.Clock, {
      currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
      currentTimeMillisUnsafe,
      currentTimeNanos: clock.monotonicTimeNanos,
      currentTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: clock.monotonicTimeNanos,
      monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
      sleep: (duration) => clock.sleep(duration)
    })
  })
