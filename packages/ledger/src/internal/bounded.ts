/**
 * The bound on the wait for a database that does not respond.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** The database takes real time, also in a test with another clock. */
const realClock = Clock.make()

/** Marks a part of an operation: its beginning and its end show that the database responds. */
export type Step = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** The time without a response, in ticks, after which the database is unavailable. A call must fail within 10 seconds. */
const tick = Duration.seconds(1)
const maxTicks = 9

/** The longest time of a query that may take long. */
const maxLongTicks = 600

/**
 * Runs an operation, and fails if the database does not respond for 9 seconds. The caller may be uninterruptible: the
 * failure comes anyhow. With `ping` the operation may take up to 10 minutes, as long as the ping succeeds.
 *
 * An operation that still waits for a connection is not interrupted, because the pool of `@effect/sql-pg` would lose the
 * connection that it gets later: its first step fails instead.
 */
export const bounded = <A, E, R, E2, E3>(
  operation: (step: Step) => Effect.Effect<A, E, R>,
  onSilence: () => E2,
  ping: Effect.Effect<unknown, E3> | null = null
): Effect.Effect<A, E | E2, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const done = yield* Deferred.make<A, E | E2>()
      let steps = 0
      let isAbandoned = false
      const step: Step = (effect) =>
        Effect.suspend(() => {
          steps++
          return isAbandoned
            ? Effect.interrupt
            : Effect.tap(effect, () => Effect.sync(() => steps++))
        })

      const watch = Effect.gen(function*() {
        let seen = -1
        let silent = 0
        for (let total = 0; silent < maxTicks; total++) {
          if (steps !== seen) silent = 0
          seen = steps
          yield* Effect.sleep(tick)
          silent++
          if (ping !== null && silent === pingTick && total < maxLongTicks) {
            yield* Effect.timeout(Effect.disconnect(ping), Duration.times(tick, maxTicks - pingTick)).pipe(
              Effect.match({
                onFailure: () => {
                  silent = maxTicks
                },
                onSuccess: () => {
                  silent = 0
                }
              })
            )
          }
        }
        yield* Deferred.fail(done, onSilence())
      })

      const running = yield* Effect.forkDaemon(Effect.interruptible(Effect.intoDeferred(operation(step), done)))
      const watching = yield* Effect.forkDaemon(Effect.withClock(Effect.interruptible(watch), realClock))
      return yield* restore(Deferred.await(done)).pipe(
        Effect.ensuring(Effect.suspend(() => {
          isAbandoned = true
          return Effect.zipRight(
            Fiber.interruptFork(watching),
            steps === 0 ? Effect.void : Fiber.interruptFork(running)
          )
        }))
      )
    })
  )

const pingTick = 4
