/**
 * Settles the generation of each completion in the background, as it ends: the response goes on to the user at once, and the
 * ledger is written when the record is visible. A stream that breaks off is settled, too: it may have cost something.
 */
import { GenerationId } from "@effect-openrouter/core"
import { type Generations, Settlement } from "@effect-openrouter/generations"
import { Context, Effect, Layer, Queue, Ref, Stream } from "effect"

/** The application's store of settlements: a row in its database, a line in its log. */
export class Ledger extends Context.Tag("Ledger")<Ledger, {
  readonly write: (settlement: Settlement.Settlement) => Effect.Effect<void>
}>() {}

/** Watches completions. */
export class Settling extends Context.Tag("Settling")<Settling, {
  /** The same stream of chunks; when it ends, in whatever way, its generation is settled in the background. */
  readonly watch: <A, E, R>(chunks: Stream.Stream<A, E, R>) => Stream.Stream<A, E, R>
}>() {
  /**
   * One background fiber settles them all. It ends with the layer, and what is not settled by then is not in the ledger:
   * keep the ids in a table of your own where that matters.
   */
  static readonly layer: Layer.Layer<Settling, never, Generations | Ledger> = Layer.scoped(
    this,
    Effect.gen(function*() {
      const ledger = yield* Ledger
      // Unbounded, because no response waits for its settlement.
      const ended = yield* Queue.unbounded<string>()

      yield* Settlement.stream(Stream.fromQueue(ended), { within: "2 minutes" }).pipe(
        Stream.runForEach(ledger.write),
        Effect.tapErrorCause((cause) => Effect.logError("settling has stopped", cause)),
        Effect.ensuring(Queue.shutdown(ended)),
        Effect.forkScoped
      )

      const settle = (id: string | null) =>
        id === null || Queue.unsafeOffer(ended, id) ? Effect.void : Effect.logError("not settled", { id })

      return {
        watch: (chunks) =>
          Stream.unwrap(Effect.map(Ref.make<string | null>(null), (id) =>
            chunks.pipe(
              Stream.tap((chunk) => Ref.update(id, (known) => known ?? GenerationId.fromCompletion(chunk))),
              Stream.ensuring(Effect.flatMap(Ref.get(id), settle))
            )))
      }
    })
  )
}
