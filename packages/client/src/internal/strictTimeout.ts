import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { disconnect } from "./disconnect.js"

/**
 * Fails an effect that takes longer than `duration`, in an uninterruptible region too. The effect is interrupted, and one that ignores
 * its interruption is not waited for.
 */
export const strictTimeout =
  <E2>({ duration, onTimeout }: { readonly duration: Duration.DurationInput; readonly onTimeout: () => E2 }) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R> =>
    effect.pipe(
      Effect.interruptible,
      disconnect,
      Effect.interruptible,
      Effect.timeoutFail({ duration, onTimeout: () => onTimeout() })
    )
