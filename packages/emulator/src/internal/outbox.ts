import * as Effect from "effect/Effect"
import * as Mailbox from "effect/Mailbox"
import type * as Stream from "effect/Stream"

/** A queue that one fiber fills and ends, and that another reads as a Stream. */
export interface Outbox<A> {
  readonly offer: (value: A) => Effect.Effect<unknown>
  readonly end: Effect.Effect<unknown>
  readonly stream: Stream.Stream<A>
}

/** Makes an empty outbox. */
export const makeOutbox = <A>(): Effect.Effect<Outbox<A>> =>
  Effect.map(Mailbox.make<A>(), (mailbox) => ({
    offer: (value) => mailbox.offer(value),
    end: mailbox.end,
    stream: Mailbox.toStream(mailbox)
  }))
