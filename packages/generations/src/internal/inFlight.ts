import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"

/** Runs an effect, or waits for the end of one that is in flight under an equal key. */
export interface InFlight<K, A, E> {
  <R>(key: K, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
}

interface Flight<A, E> {
  readonly result: Deferred.Deferred<A, E>
  waiting: number
  fiber: Fiber.RuntimeFiber<void> | undefined
}

/**
 * Coalesces effects that run at the same time under equal keys, by `Equal`. The first caller starts the effect in a fiber of its
 * own, with its own context and under its span. All callers that wait get the same success or failure. The effect is interrupted
 * when the last of them is, not the first, and a call that comes later starts a new one.
 *
 * The effect itself is always interruptible: in an uninterruptible region its own timeouts still end it.
 */
export const makeInFlight = <K, A, E>(): InFlight<K, A, E> => {
  const flights = MutableHashMap.empty<K, Flight<A, E>>()

  const remove = (key: K, flight: Flight<A, E>) => {
    if (Option.contains(MutableHashMap.get(flights, key), flight)) MutableHashMap.remove(flights, key)
  }

  const start = <R>(key: K, flight: Flight<A, E>, effect: Effect.Effect<A, E, R>) =>
    Effect.exit(Effect.interruptible(effect)).pipe(
      Effect.map((exit) => {
        remove(key, flight)
        Deferred.unsafeDone(flight.result, exit)
      }),
      Effect.forkDaemon,
      Effect.map((fiber) => {
        flight.fiber = fiber
      })
    )

  const leave = (key: K, flight: Flight<A, E>) =>
    Effect.suspend(() => {
      flight.waiting--
      if (flight.waiting > 0 || flight.fiber === undefined) return Effect.void
      // At once: a call that comes while the effect is being interrupted must not wait for that.
      remove(key, flight)
      return Effect.asVoid(Fiber.interrupt(flight.fiber))
    })

  return (key, effect) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        // No other fiber runs between the look-up and the insertion.
        const current = Option.getOrUndefined(MutableHashMap.get(flights, key))
        const flight = current ?? { result: Deferred.unsafeMake<A, E>(FiberId.none), waiting: 0, fiber: undefined }
        flight.waiting++
        if (current === undefined) MutableHashMap.set(flights, key, flight)
        const started = current === undefined ? start(key, flight, effect) : Effect.void
        const end = Effect.onInterrupt(restore(Deferred.await(flight.result)), () => leave(key, flight))
        return Effect.zipRight(started, end)
      })
    )
}
