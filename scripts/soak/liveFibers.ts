import { Effect, Fiber, HashSet } from "effect"

/** Runs a function with an Effect that counts the other fibers that live. */
export const withLiveFibers = <A, E, R>(use: (liveFibers: Effect.Effect<number>) => Effect.Effect<A, E, R>) =>
  use(Effect.map(Fiber.roots, (roots) => HashSet.size(HashSet.fromIterable(roots)) - 1))
