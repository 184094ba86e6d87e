import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

/** A queue that one fiber fills and ends, and that another reads as a Stream. */
export interface Outbox<A> {
  readonly offer: (value: A) => Effect.Effect<unknown>
  readonly end: Effect.Effect<unknown>
  readonly stream: Stream.Stream<A>
}

/** Makes an empty outbox. */
export const makeOutbox = <A>(): Effect.Effect<Outbox<A>> =>
  Effect.map(Queue.unbounded<A, Cause.Done>(), (queue) => ({
    offer: (value) => Queue.offer(queue, value),
    end: Queue.end(queue),
    stream: Stream.fromQueue(queue)
  }))
