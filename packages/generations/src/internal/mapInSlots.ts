import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** Runs an effect while another may have the slot. */
export interface OutsideSlot {
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
}

export interface Slots {
  /** How many run at once. */
  readonly concurrency: number
  /** How many more may be outside of their slots. */
  readonly maxOutside: number
  /** Whether results come in the order of their keys. */
  readonly ordered: boolean
}

/**
 * Runs an effect for each key of a stream and emits one result for each, as `Stream.mapEffect` does, with two differences:
 * what an effect runs `outsideSlot` leaves its slot to the next key, and keys that are equal while they run are run once.
 * A key is taken when there is a slot for it. The first failure interrupts the rest.
 */
export const mapInSlots = <E, R, A, E2, R2>(
  keys: Stream.Stream<string, E, R>,
  run: (key: string, outsideSlot: OutsideSlot) => Effect.Effect<A, E2, R2>,
  { concurrency, maxOutside, ordered }: Slots
): Stream.Stream<A, E | E2, R | R2> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    const slots = Effect.unsafeMakeSemaphore(concurrency)
    const room = Effect.unsafeMakeSemaphore(concurrency + maxOutside)
    const running = new Map<string, Deferred.Deferred<A, E | E2>>()
    const failed = yield* Deferred.make<never, E | E2>()
    // What is in it is done or, where the order is kept, reserves a place.
    const results = yield* Mailbox.make<Deferred.Deferred<A, E | E2>, E | E2>(
      ordered ? concurrency + maxOutside : concurrency
    )

    const outsideSlot: OutsideSlot = (effect) =>
      Effect.zipRight(slots.release(1), Effect.zipLeft(effect, slots.take(1)))

    const lead = (key: string, result: Deferred.Deferred<A, E | E2>) =>
      Effect.matchCauseEffect(run(key, outsideSlot), {
        onFailure: (cause) => Deferred.failCause(failed, cause),
        onSuccess: (value) => {
          running.delete(key)
          Deferred.unsafeDone(result, Exit.succeed(value))
          return Effect.zipRight(leave(result), slots.release(1))
        }
      })

    const follow = (result: Deferred.Deferred<A, E | E2>) =>
      Effect.zipRight(Effect.exit(Deferred.await(result)), leave(result))

    const leave = (result: Deferred.Deferred<A, E | E2>) =>
      ordered ? room.release(1) : Effect.zipRight(results.offer(result), room.release(1))

    const start = (key: string) => {
      const leader = running.get(key)
      const result = leader ?? Deferred.unsafeMake<A, E | E2>(FiberId.none)
      if (leader === undefined) running.set(key, result)
      const fork = leader === undefined
        ? Effect.zipRight(slots.take(1), Effect.fork(lead(key, result)))
        : Effect.fork(follow(result))
      // A place is reserved before a slot is taken: the head of the order may need that slot.
      return ordered ? Effect.zipRight(results.offer(result), fork) : fork
    }

    // Pulled here rather than run elsewhere: what is forked ends with the fiber that forks it.
    const pull = yield* Stream.toPull(keys)
    const startAll = pull.pipe(
      Effect.flatMap(Effect.forEach(
        (key) => Effect.flatMap(room.take(1), () => start(key)),
        { discard: true }
      )),
      Effect.forever,
      Effect.catchAll(Option.match({ onNone: () => Effect.void, onSome: Effect.fail }))
    )
    const drained = room.take(concurrency + maxOutside)

    yield* Effect.matchCauseEffect(startAll, {
      onFailure: (cause) => Effect.zipRight(drained, Effect.failCause(cause)),
      onSuccess: () => drained
    }).pipe(
      Effect.raceFirst(Deferred.await(failed)),
      Effect.matchCauseEffect({
        onFailure: (cause) => {
          running.forEach((result) => Deferred.unsafeDone(result, Exit.failCause(cause)))
          return results.failCause(cause)
        },
        onSuccess: () => results.end
      }),
      Effect.forkScoped
    )
    return Stream.mapEffect(Mailbox.toStream(results), Deferred.await)
  }))
