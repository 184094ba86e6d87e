/**
 * The concurrency of a stream.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { afterPoll } from "./afterPoll.js"
import { makePermits } from "./permits.js"
import { forEachPulled, repeatUntilEmpty } from "./pull.js"

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
  /** The number of keys that run, or have a result that has not been taken. */
  readonly capacity: number
  /** `true` if results come in the order of their keys. */
  readonly ordered: boolean
  /** Called when no more keys will come and no run is left except those that have left. */
  readonly onIdle: () => void
}

/** The run of a key. */
interface Run<A> {
  result: Option.Option<A>
  /** The number of times that the key came again while it ran. */
  followers: number
  hasLeft: boolean
}

/** A result on its way. */
interface Emission<A> {
  readonly run: Run<A>
  readonly isFollower: boolean
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
    const permit = makePermits(permits)
    const place = makePermits(capacity)
    const running = new Map<string, Run<A>>()
    /** Ends the fiber of the runs. */
    const finished = yield* Deferred.make<void>()
    /** In an ordered stream every emission, else those with a result. */
    let emissions: Array<Emission<A>> = []
    let end: Exit.Exit<void, E | E2> | undefined
    let sourceEnd: Exit.Exit<void, E> | undefined
    let staying = 0
    let wakeConsumer: (() => void) | undefined

    const finish = (exit: Exit.Exit<void, E | E2>) => {
      end ??= exit
      Deferred.unsafeDone(finished, Exit.void)
      wakeConsumer?.()
    }

    const checkEnd = () => {
      if (sourceEnd === undefined) return
      if (running.size === 0) finish(sourceEnd)
      else if (staying === 0) onIdle()
    }

    const toPermit = (run: Run<A>): Permit => ({
      without: (effect) =>
        Effect.suspend(() => {
          permit.release()
          return Effect.zipLeft(effect, permit.take)
        }),
      leave: (effect) =>
        Effect.suspend(() => {
          run.hasLeft = true
          permit.release()
          place.release()
          staying--
          checkEnd()
          return effect
        })
    })

    const complete = (key: string, run: Run<A>, result: Exit.Exit<A, E2>) => {
      if (Exit.isFailure(result)) return finish(result)
      running.delete(key)
      run.result = Option.some(result.value)
      if (!run.hasLeft) staying--
      if (ordered) {
        if (!run.hasLeft) permit.release()
      } else {
        for (let index = 0; index <= run.followers; index++) emissions.push({ run, isFollower: index > 0 })
      }
      wakeConsumer?.()
      checkEnd()
    }

    const start = (key: string): Effect.Effect<unknown, never, R2> => {
      const leader = running.get(key)
      if (leader !== undefined) {
        leader.followers++
        if (ordered) emissions.push({ run: leader, isFollower: true })
        return Effect.void
      }
      const current: Run<A> = { result: Option.none(), followers: 0, hasLeft: false }
      // Before a permit is taken: the head of the order may need that permit.
      if (ordered) emissions.push({ run: current, isFollower: false })
      running.set(key, current)
      staying++
      const effect = Effect.matchCause(Effect.suspend(() => run(key, toPermit(current))), {
        onFailure: (cause) => complete(key, current, Exit.failCause(cause)),
        onSuccess: (result) => complete(key, current, Exit.succeed(result))
      })
      return permit.use(() => Effect.fork(Effect.interruptible(effect)))
    }

    // Pulled here rather than run elsewhere: a forked fiber ends with the fiber that forks it.
    const pulled = yield* forEachPulled(keys, (key) => place.use(() => start(key)))
    const startAll = pulled.pipe(
      Effect.onExit((exit) =>
        Effect.sync(() => {
          sourceEnd = exit
          checkEnd()
        })
      )
    )
    // Also after a defect of the source: the end of this fiber interrupts the runs, which the end of the stream waits for.
    yield* startAll.pipe(
      Effect.exit,
      Effect.zipRight(Effect.never),
      Effect.raceFirst(Deferred.await(finished)),
      Effect.interruptible,
      Effect.forkScoped
    )

    /** Takes the results that there are, in an ordered stream up to the first key without one. */
    const takeResults = (): ReadonlyArray<A> => {
      const results: Array<A> = []
      let taken = 0
      for (const { isFollower, run: { hasLeft, result } } of emissions) {
        if (Option.isNone(result)) break
        taken++
        results.push(result.value)
        if (isFollower || !hasLeft) place.release()
        if (!ordered && !isFollower && !hasLeft) permit.release()
      }
      emissions = emissions.slice(taken)
      return results
    }

    const hasResult = () => emissions[0]?.run.result._tag === "Some" || end !== undefined

    // Checked when it starts: a result may have come since it was made. The consumer takes the results of all sockets that were ready
    // at once, as one chunk: the steps of a Stream for each result take a quarter of the CPU of a sweep.
    const waitForResult = Effect.async<void>((resume) => {
      let isWoken = false
      wakeConsumer = () => {
        if (isWoken) return
        isWoken = true
        afterPoll(() => resume(Effect.void))
      }
      if (hasResult()) wakeConsumer()
    })

    const results: Effect.Effect<ReadonlyArray<A>, E | E2> = Effect.suspend(() => {
      const values = takeResults()
      if (values.length > 0) return Effect.succeed(values)
      if (end === undefined) return Effect.zipRight(waitForResult, results)
      return Exit.isSuccess(end) ? Effect.succeed([]) : Effect.failCause(end.cause)
    })
    return repeatUntilEmpty(results)
  }))
