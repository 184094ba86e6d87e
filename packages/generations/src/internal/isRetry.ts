import * as Context from "effect/Context"

/**
 * `true` for a call of a stream that repeats one that failed. The stream makes a call for each request, so that the metrics cannot see
 * from a call alone that its first request is a retry.
 */
export class IsRetry extends Context.Reference<IsRetry>()("@effect-openrouter/generations/IsRetry", {
  defaultValue: () => false
}) {}
