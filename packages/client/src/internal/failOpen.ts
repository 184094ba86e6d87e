/**
 * Uses of a service that a program can do without, such as a store that other machines share: they fail open.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { redactUnknown } from "./redaction/redactUnknown.js"
import { strictTimeout } from "./strictTimeout.js"

/**
 * Returns a function that runs a use of the service: `None` if it failed, took too long or was bypassed. The warning is logged with
 * the first failure, and again only after a use has succeeded: give reads and writes a function each.
 */
export interface FailOpen {
  (warning: string): <A, E>(use: Effect.Effect<A, E>) => Effect.Effect<Option.Option<A>>
}

/** The service is bypassed for this long after it did not respond in time. */
const bypass = Duration.seconds(5)

/**
 * Makes the uses of one service fail open. A use may take `timeout`, in an uninterruptible region too. After a timeout every use is
 * bypassed for 5 seconds, so that not every call waits.
 */
export const make = (timeout: Duration.DurationInput): FailOpen => {
  let bypassedUntil: bigint | undefined
  return (warning) => {
    let isFailing = false
    const onFailure = (error: unknown) => {
      const log = isFailing ? Effect.void : Effect.logWarning(`${warning}: ${describe(error)}`)
      isFailing = true
      return Effect.as(log, Option.none())
    }
    return (use) =>
      Effect.clockWith((clock) => {
        if (bypassedUntil !== undefined && clock.unsafeCurrentTimeNanos() < bypassedUntil) return Effect.succeedNone
        return use.pipe(
          // A store may also die or interrupt itself.
          Effect.catchAllCause((cause) => Effect.fail(Cause.squash(cause))),
          strictTimeout({
            duration: timeout,
            onTimeout: () => {
              bypassedUntil = clock.unsafeCurrentTimeNanos() + Duration.unsafeToNanos(bypass)
              return new Error(`no response within ${Duration.format(Duration.decode(timeout))}`)
            }
          }),
          Effect.matchEffect({
            onSuccess: (value) => {
              isFailing = false
              return Effect.succeedSome(value)
            },
            onFailure
          })
        )
      })
  }
}

/**
 * Returns the message of the innermost cause that has one, redacted: it may hold the password of a store, an API key, or the
 * record.
 */
const describe = (error: unknown): string => {
  let message = ""
  let current = error
  for (let depth = 0; depth < 10 && typeof current === "object" && current !== null; depth++) {
    if (current instanceof Error) message = String(current.message) || message
    // The rate limiter of Effect 4 puts the error of its store in `reason`.
    const { cause, reason }: { readonly cause?: unknown; readonly reason?: unknown } = current
    current = cause ?? reason
  }
  return message === "" ? "it failed" : redactUnknown(message)
}
