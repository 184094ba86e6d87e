import * as Effect from "effect/Effect"

/** Returns an effect that does not wait for the end of the given one when it is interrupted. */
export const disconnect: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.disconnect
