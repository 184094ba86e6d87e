import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { startTimer } from "./timer.js"

/**
 * Runs an attempt in its own fiber for at most `timeout`. Interruption and the end of the time interrupt that fiber and
 * wait for it. The fiber is interruptible in every region: in a finalizer the timeout ends the attempt, and only an
 * interruption from outside waits. The fiber ends with an exit, so that Effect logs no failure of it.
 */
export const attemptTimeout =
  <E2>(timeout: Duration.Duration, onTimeout: () => E2) =>
  <A, E, R>(attempt: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R> =>
    Effect.clockWith((clock) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(Effect.forkDaemon(Effect.exit(Effect.interruptible(attempt))), (fiber) => {
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
    )
