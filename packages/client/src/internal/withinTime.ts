import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** Node and browsers fire at once what is set beyond this: 24.8 days, in milliseconds. */
export const maxTimer = 2_147_483_647

const systemClock = Effect.runSync(Effect.clock)

/**
 * `Effect.timeoutFail`, with one fiber for the attempt and a plain timer instead of two fibers: a third of what a call
 * costs. With any other clock than the system's, such as `TestClock`, it is `Effect.timeoutFail`.
 */
export const withinTime = <E2>(timeout: Duration.Duration, onTimeout: () => E2) => {
  const millis = Duration.toMillis(timeout)
  return <A, E, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R> =>
    Effect.clockWith((clock) =>
      clock === systemClock && millis <= maxTimer
        ? Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(Effect.forkDaemon(restore(attempt)), (fiber) => restore(race(fiber, millis, onTimeout)))
        )
        : Effect.timeoutFail(attempt, { duration: timeout, onTimeout })
    )
}

const race = <A, E, E2>(fiber: Fiber.RuntimeFiber<A, E>, millis: number, onTimeout: () => E2) =>
  Effect.async<A, E | E2>((resume) => {
    const interrupt = Fiber.interrupt(fiber)
    const timer = setTimeout(() => resume(Effect.zipRight(interrupt, Effect.failSync(onTimeout))), millis)
    fiber.addObserver((exit) => {
      clearTimeout(timer)
      resume(exit)
    })
    return interrupt
  })
