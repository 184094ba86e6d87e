/**
 * Pulls values from a Stream, and makes a Stream of what an effect pulls.
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** Returns an effect that runs `use` for each value of a Stream, in the fiber that runs the effect. */
export const forEachPulled = <A, E, R, E2, R2>(
  stream: Stream.Stream<A, E, R>,
  use: (value: A) => Effect.Effect<void, E2, R2>
): Effect.Effect<Effect.Effect<void, E | E2, R | R2>, never, R | Scope.Scope> =>
  Effect.map(Stream.toPull(stream), (pull) =>
    pull.pipe(
      Effect.flatMap(Effect.forEach((value) => Effect.mapError(use(value), Option.some), { discard: true })),
      Effect.forever,
      Effect.catchAll((end: Option.Option<E | E2>) =>
        Option.match(end, { onNone: () => Effect.void, onSome: (error) => Effect.fail(error) })
      )
    ))

/** Returns a Stream of the values that an effect returns, again and again until it returns none. */
export const repeatUntilEmpty = <A, E, R>(next: Effect.Effect<ReadonlyArray<A>, E, R>): Stream.Stream<A, E, R> =>
  Stream.repeatEffectChunkOption(Effect.flatMap(Effect.mapError(next, Option.some), (values) =>
    values.length === 0
      ? Effect.fail(Option.none())
      : Effect.succeed(Chunk.unsafeFromArray(values))))
