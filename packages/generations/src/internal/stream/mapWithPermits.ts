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

/** A result on its way, and what its being taken makes room for. */
interface Emission<A, E> {
  readonly result: Deferred.Deferred<A, E>
  readonly taken: Effect.Effect<unknown>
}

/**
 * Runs an effect for each key of a stream and emits one result for each, as `Stream.mapEffect` does, with two differences:
 * what an effect runs `outsideSlot` leaves its slot to the next key, and keys that are equal while they run are run once.
 * A slot is free again when its result has been taken; where the order is kept, when there is a result. The first failure
 * interrupts the rest, and comes after what has a result, in order up to the first key that has none.
 */
export const mapInSlots = <E, R, A, E2, R2>(
  keys: Stream.Stream<string, E, R>,
  run: (key: string, outsideSlot: OutsideSlot) => Effect.Effect<A, E2, R2>,
  { concurrency, maxOutside, ordered }: Slots
): Stream.Stream<A, E | E2, R | R2> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    type Result = Deferred.Deferred<A, E | E2>
    const slots = Effect.unsafeMakeSemaphore(concurrency)
    // What is emitted has room: nothing else bounds the results.
    const room = Effect.unsafeMakeSemaphore(concurrency + maxOutside)
    const running = new Map<string, Result>()
    const failed = yield* Deferred.make<never, E | E2>()
    const results = yield* Mailbox.make<Emission<A, E | E2>, E | E2>()

    const outsideSlot: OutsideSlot = (effect) =>
      Effect.zipRight(slots.release(1), Effect.zipLeft(effect, slots.take(1)))

    const leaveRoom = room.release(1)
    const leaveSlotAndRoom = Effect.zipRight(slots.release(1), leaveRoom)

    const lead = (key: string, result: Result) =>
      Effect.matchCauseEffect(run(key, outsideSlot), {
        onFailure: (cause) => Deferred.failCause(failed, cause),
        onSuccess: (value) => {
          running.delete(key)
          Deferred.unsafeDone(result, Exit.succeed(value))
          if (ordered) return slots.release(1)
          results.unsafeOffer({ result, taken: leaveSlotAndRoom })
          return Effect.void
        }
      })

    const follow = (result: Result) =>
      Effect.flatMap(
        Effect.exit(Deferred.await(result)),
        () => ordered ? Effect.void : results.offer({ result, taken: leaveRoom })
      )

    const start = (key: string) => {
      const leader = running.get(key)
      const result: Result = leader ?? Deferred.unsafeMake(FiberId.none)
      // Before a slot is taken: the head of the order may need that slot.
      if (ordered) results.unsafeOffer({ result, taken: leaveRoom })
      if (leader !== undefined) return Effect.fork(follow(result))
      running.set(key, result)
      return Effect.zipRight(slots.take(1), Effect.fork(lead(key, result)))
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
    return Stream.mapEffect(
      Mailbox.toStream(results),
      ({ result, taken }) => Effect.zipLeft(Deferred.await(result), taken)
    )
  }))
