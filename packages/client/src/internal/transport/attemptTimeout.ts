import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"

/** Node and browsers fire at once what is set beyond this: 24.8 days, in milliseconds. */
export const maxTimer = 2_147_483_647

/**
 * Runs an attempt in a fiber of its own, for so long at the most: what it sets of FiberRefs stays with it. Interruption,
 * and the end of the time, interrupt it and wait for that. The fiber ends with an exit, for Effect to log no failure of it.
 *
 * `Effect.timeoutFail` does the same with two fibers, at three times the cost. Here the system's clock needs no second
 * fiber but a plain timer; any other, such as `TestClock`, sleeps in one.
 */
export const attemptTimeout =
  <E2>(timeout: Duration.Duration, onTimeout: () => E2) =>
  <A, E, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R> =>
    Effect.clockWith((clock) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(Effect.forkDaemon(Effect.exit(restore(attempt))), (fiber) => {
          const interrupt = Fiber.interrupt(fiber)
          const end = Effect.async<A, E | E2>((resume) => {
            const stopTimer = startTimer(
              clock,
              timeout,
              () => resume(Effect.zipRight(interrupt, Effect.failSync(onTimeout)))
            )
            fiber.addObserver((exit) => {
              stopTimer()
              resume(Exit.flatten(exit))
            })
          })
          // Around all of it, for an interruption that comes before the wait begins. A fiber that has ended is left as it is.
          return Effect.tapErrorCause(restore(end), () => interrupt)
        })
      )
    )

const systemClock = Effect.runSync(Effect.clock)

const startTimer = (clock: Clock.Clock, duration: Duration.Duration, onEnd: () => void): () => void => {
  const millis = Duration.toMillis(duration)
  if (clock === systemClock && millis <= maxTimer) {
    const timer = setTimeout(onEnd, millis)
    return () => clearTimeout(timer)
  }
  const sleeper = Effect.runFork(Effect.zipRight(clock.sleep(duration), Effect.sync(onEnd)))
  return () => sleeper.unsafeInterruptAsFork(FiberId.none)
}
