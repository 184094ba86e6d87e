import * as Context from "effect/Context"

/**
 * When the call began, in milliseconds since 1970. The client sets it for its retry policy: a Schedule is first asked
 * when the first attempt has failed, and would not count the time that it took.
 */
export class CallStart extends Context.Reference<CallStart>()("@effect-openrouter/client/CallStart", {
  defaultValue: (): number | null => null
}) {}
