/**
 * Pulls values from a Stream, and makes a Stream of what an effect pulls.
 */
import { isReadonlyArrayNonEmpty } from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** Returns an effect that runs `use` for each value of a Stream, in the fiber that runs the effect. */
export const forEachPulled = <A, E, R, E2, R2>(
  stream: Stream.Stream<A, E, R>,
  use: (value: A) => Effect.Effect<void, E2, R2>
): Effect.Effect<Effect.Effect<void, E | E2, R | R2>, never, R | Scope.Scope> =>
  Effect.map(Stream.toPull(stream), (pull) =>
    pull.pipe(
      Effect.flatMap((values) => Effect.forEach(values, use, { discard: true })),
      Effect.forever,
      Pull.catchDone(() => Effect.void)
    ) as Effect.Effect<void, E | E2, R | R2>)

/** Returns a Stream of the values that an effect returns, again and again until it returns none. */
export const repeatUntilEmpty = <A, E, R>(next: Effect.Effect<ReadonlyArray<A>, E, R>): Stream.Stream<A, E, R> =>
  Stream.fromPull(
    Effect.succeed(
      Effect.flatMap(next, (values) => isReadonlyArrayNonEmpty(values) ? Effect.succeed(values) : Cause.done())
    )
  ) as Stream.Stream<A, E, R>
