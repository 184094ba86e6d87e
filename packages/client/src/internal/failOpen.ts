/**
 * The use of something that a program can do without, such as a store that other machines share.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** What is used, and for how long it is waited for. */
export interface BestEffortOptions {
  /** What is used and what its loss means, for the warning. */
  readonly name: string
  /** How long one use may take. */
  readonly timeout: Duration.DurationInput
}

/** Uses it: `None` where it failed, took too long, or rests. */
export interface BestEffort {
  <A, E>(use: Effect.Effect<A, E>): Effect.Effect<Option.Option<A>>
}

/** How long what did not answer in time is left alone. */
const rest = Duration.seconds(5)

/**
 * Uses something that a program can do without. A failure, a defect too, is `None`, with one warning until it works again.
 * What did not answer in time is left alone for 5 seconds, so that not every call waits for it.
 */
export const make = ({ name, timeout }: BestEffortOptions): BestEffort => {
  let isDown = false
  let restsUntil = -Infinity
  const warn = (error: unknown) => {
    const warning = isDown ? Effect.void : Effect.logWarning(`${name}: ${wordsOf(error)}`)
    isDown = true
    return Effect.as(warning, Option.none())
  }
  return (use) =>
    Effect.clockWith((clock) => {
      if (clock.unsafeCurrentTimeMillis() < restsUntil) return Effect.succeedNone
      return use.pipe(
        // A store may die, or interrupt itself, too.
        Effect.catchAllCause((cause) => Effect.fail(Cause.squash(cause))),
        // What cannot be interrupted is not waited for either.
        Effect.disconnect,
        Effect.timeoutFail({
          duration: timeout,
          onTimeout: () => {
            restsUntil = clock.unsafeCurrentTimeMillis() + Duration.toMillis(rest)
            return new Error(`no answer within ${Duration.format(timeout)}`)
          }
        }),
        Effect.matchEffect({
          onSuccess: (value) => {
            isDown = false
            return Effect.succeedSome(value)
          },
          onFailure: warn
        })
      )
    })
}

/** The words of an error and not the error: a store's may hold its password, or the record. */
const wordsOf = (error: unknown): string => {
  const cause = typeof error === "object" && error !== null && "cause" in error ? error.cause : error
  return cause instanceof Error ? cause.message : "it failed"
}
