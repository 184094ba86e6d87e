import { Effect, Scheduler } from "effect"

const startMicrotask = (run: () => void) => {
  let isCancelled = false
  queueMicrotask(() => {
    if (!isCancelled) run()
  })
  return () => {
    isCancelled = true
  }
}

/** Starts an effect whose fibers, and those that they fork, run in microtasks only. */
export const runInMicrotasks = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.runFork(effect, { scheduler: new Scheduler.MixedScheduler("async", startMicrotask) })
