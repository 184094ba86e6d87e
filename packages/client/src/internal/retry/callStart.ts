import * as Context from "effect/Context"

/**
 * The time at which the call began, in nanoseconds of the monotonic clock. The client provides it to its retry policy: a
 * Schedule is first asked after the first attempt has failed, and would not count the time of that attempt.
 */
export class CallStart extends Context.Reference<CallStart>()("@effect-openrouter/client/CallStart", {
  defaultValue: (): bigint | null => null
}) {}
