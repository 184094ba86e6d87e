/**
 * The concurrency of a stream.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** The permit of a run. */
export interface Permit {
  /** Runs an effect without the permit, which another run may take meanwhile. */
  readonly without: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs an effect without the permit and without a place in the capacity, and does not take them again. */
  readonly leave: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** The bounds of a stream. */
export interface PermitOptions {
  /** The number of runs that have a permit at once. */
  readonly permits: number
  /** The number of runs that have a permit, wait without one, or have a result that has not been taken. */
  readonly capacity: number
  /** `true` if results come in the order of their keys. */
  readonly ordered: boolean
  /** Runs when no more keys will come and no run is left except those that have left. */
  readonly onIdle: () => void
}

/** A result on its way, and the effect that frees what it holds once it has been taken. */
interface Emission<A, E> {
  readonly result: Deferred.Deferred<A, E>
  readonly taken: Effect.Effect<unknown>
}

/**
 * Runs an effect for each key of a stream and emits one result for each, as `Stream.mapEffect` does, with these differences: a run
 * can give up its permit for a while, and a key that comes again while it runs shares the run. A permit is free again when the result
 * has been taken; in an ordered stream, when there is a result. The first failure interrupts the rest. It comes after the results that
 * there are, in an ordered stream up to the first key without one.
 *
 * Runs are interruptible in an uninterruptible region, too: the end of the stream must not wait for their pauses.
 */
export const mapWithPermits = <E, R, A, E2, R2>(
  keys: Stream.Stream<string, E, R>,
  run: (key: string, permit: Permit) => Effect.Effect<A, E2, R2>,
  { capacity, onIdle, ordered, permits }: PermitOptions
): Stream.Stream<A, E | E2, R | R2> =>
  Stream.unwrapScoped(Effect.gen(function*() {
    type Result = Deferred.Deferred<A, E | E2>
    const permit = Effect.unsafeMakeSemaphore(permits)
    // Every result that is emitted has a place: nothing else bounds the results.
    const place = Effect.unsafeMakeSemaphore(capacity)
    const running = new Map<string, Result>()
    const left = new Set<Result>()
    const failed = yield* Deferred.make<never, E | E2>()
    const results = yield* Mailbox.make<Emission<A, E | E2>, E | E2>()
    let staying = 0
    let isEnded = false

    const checkIdle = () => {
      if (isEnded && staying === 0) onIdle()
    }

    const freePlace = place.release(1)
    const freeBoth = Effect.zipRight(permit.release(1), freePlace)
    const freePlaceOf = (result: Result) => Effect.suspend(() => left.delete(result) ? Effect.void : freePlace)

    const permitOf = (result: Result): Permit => ({
      without: (effect) => Effect.zipRight(permit.release(1), Effect.zipLeft(effect, permit.take(1))),
      leave: (effect) =>
        Effect.suspend(() => {
          left.add(result)
          staying--
          checkIdle()
          return Effect.zipRight(freeBoth, effect)
        })
    })

    const lead = (key: string, result: Result) =>
      Effect.matchCauseEffect(Effect.suspend(() => run(key, permitOf(result))), {
        onFailure: (cause) => Deferred.failCause(failed, cause),
        onSuccess: (value) => {
          running.delete(key)
          Deferred.unsafeDone(result, Exit.succeed(value))
          const hasLeft = left.has(result)
          if (!ordered) {
            left.delete(result)
            results.unsafeOffer({ result, taken: hasLeft ? Effect.void : freeBoth })
          }
          if (hasLeft) return Effect.void
          staying--
          checkIdle()
          return ordered ? permit.release(1) : Effect.void
        }
      })

    const follow = (result: Result) =>
      Effect.flatMap(
        Effect.exit(Deferred.await(result)),
        () => ordered ? Effect.void : results.offer({ result, taken: freePlace })
      )

    const start = (key: string) => {
      const leader = running.get(key)
      if (leader !== undefined) {
        if (ordered) results.unsafeOffer({ result: leader, taken: freePlace })
        return Effect.fork(Effect.interruptible(follow(leader)))
      }
      const result: Result = Deferred.unsafeMake(FiberId.none)
      // Before a permit is taken: the head of the order may need that permit.
      if (ordered) results.unsafeOffer({ result, taken: freePlaceOf(result) })
      running.set(key, result)
      staying++
      return Effect.zipRight(permit.take(1), Effect.fork(Effect.interruptible(lead(key, result))))
    }

    // Pulled here rather than run elsewhere: a forked fiber ends with the fiber that forks it.
    const pull = yield* Stream.toPull(keys)
    const startAll = pull.pipe(
      Effect.flatMap(Effect.forEach(
        (key) => Effect.flatMap(place.take(1), () => start(key)),
        { discard: true }
      )),
      Effect.forever,
      Effect.catchAll(Option.match({ onNone: () => Effect.void, onSome: Effect.fail }))
    )
    const drained = Effect.suspend(() => {
      isEnded = true
      checkIdle()
      return Effect.zipRight(
        place.take(capacity),
        Effect.suspend(() => Effect.forEach(left, (result) => Effect.exit(Deferred.await(result)), { discard: true }))
      )
    })

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
      Effect.interruptible,
      Effect.forkScoped
    )
    return Stream.mapEffect(
      Mailbox.toStream(results),
      ({ result, taken }) => Effect.zipLeft(Deferred.await(result), taken)
    )
  }))
