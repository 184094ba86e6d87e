import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Restore } from "./exchange.js"
import { startTimer } from "./timer.js"

/**
 * Runs an attempt for at most `timeout` in the fiber that `start` starts. The caller runs it in an uninterruptible region; `restore`
 * makes the wait interruptible again. Interruption and the end of the time interrupt that fiber and wait for it. The fiber ends with
 * an exit, so that Effect logs no failure of it.
 */
export const attemptTimeout = <A, E, E2, R>(
  start: Effect.Effect<Fiber.RuntimeFiber<Exit.Exit<A, E>>, never, R>,
  timeout: Duration.Duration,
  onTimeout: () => E2,
  restore: Restore
): Effect.Effect<A, E | E2, R> =>
  Effect.clockWith((clock) =>
    Effect.flatMap(start, (fiber) => {
      const interrupt = Fiber.interrupt(fiber)
      const end = Effect.async<A, E | E2>((resume) => {
        const stopTimer = startTimer(
          clock,
          timeout,
          () => resume(Effect.zipRight(interrupt, Effect.failSync(onTimeout)))
        )
        fiber.addObserver((exit) => {
          stopTimer()
          resume(Effect.flatten(exit))
        })
      })
      // Around all of it, for an interruption before the wait begins. Interrupting a fiber that has ended does nothing.
      return Effect.tapErrorCause(restore(end), () => interrupt)
    })
  )
