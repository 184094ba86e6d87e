import { Effect, Metric } from "effect"

/** Runs a function with an Effect that counts the other fibers that live. */
export const withLiveFibers = <A, E, R>(use: (liveFibers: Effect.Effect<number>) => Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    let live = 0
    return Effect.provideService(use(Effect.sync(() => live)), Metric.FiberRuntimeMetrics, {
      recordFiberStart: () => void live++,
      recordFiberEnd: () => void live--
    })
  })
