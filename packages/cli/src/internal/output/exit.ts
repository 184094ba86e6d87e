import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/** What the exit code of the command says. */
export const ExitCode = { allSettled: 0, failed: 1, usage: 2, notVisible: 3, interrupted: 130 } as const

/** Ends the command with a code, and what is left to say on standard error. */
export class Stop extends Data.TaggedError("Stop")<{
  readonly code: number
  readonly says?: string | undefined
  readonly advice?: string | undefined
}> {}

/** What the caller has to put right: a file that is not there, a key that is missing. */
export const usage = (says: string, advice?: string): Effect.Effect<never, Stop> =>
  Effect.fail(new Stop({ code: ExitCode.usage, says, advice }))
