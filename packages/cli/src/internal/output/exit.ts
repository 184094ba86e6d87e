import * as Data from "effect/Data"
import * as Effect from "effect/Effect"

/** The exit codes of the command. */
export const ExitCode = {
  allSettled: 0,
  failed: 1,
  usage: 2,
  notFinished: 3,
  overLimit: 4,
  ledger: 4,
  unreadable: 5,
  differs: 6,
  interrupted: 130
} as const

/** Ends the command with an exit code, and with a message on standard error if there is one. */
export class Stop extends Data.TaggedError("Stop")<{
  readonly code: number
  readonly problem?: string | undefined
  readonly advice?: string | undefined
  /** The reader of standard output is gone, as with `| head -1`. */
  readonly isClosedPipe?: boolean | undefined
}> {}

/** Ignores that the reader of standard output is gone. It has read enough, so this is not a failure. */
export const ignoreClosedPipe = <R>(effect: Effect.Effect<void, Stop, R>): Effect.Effect<void, Stop, R> =>
  Effect.catchIf(effect, (stop) => stop.isClosedPipe === true, () => Effect.void)

/** Fails with a problem that the caller has to fix: a file that does not exist, a missing key. */
export const usage = (problem: string, advice?: string): Effect.Effect<never, Stop> =>
  Effect.fail(new Stop({ code: ExitCode.usage, problem, advice }))
