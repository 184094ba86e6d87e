/**
 * The line of a program that makes a call, for the stack traces of spans.
 */

/** Returns the location of a call, `undefined` if it is not known. The stack is read only if somebody asks for it. */
export type CallSite = () => string | undefined

/** Frames of this package and of Effect: the call was made by one of them, and not by a program. */
const foreign = /[\\/]generations[\\/](?:src|dist)[\\/]|[\\/]effect[\\/](?:src|dist)[\\/]|effect_i/

/** V8 has a limit of frames; other engines ignore it. */
const errors: ErrorConstructor & { stackTraceLimit?: number | undefined } = Error

/** The call site that a static method has captured for the service method that it calls. */
let captured: CallSite | undefined

/** Captures the call site of the function that calls this one from `depth` functions of ours. Costs about a microsecond. */
export const captureCallSite = (depth: number): CallSite => {
  if (captured !== undefined) return captured
  const limit = errors.stackTraceLimit
  errors.stackTraceLimit = depth + 2
  const error = new Error()
  errors.stackTraceLimit = limit
  return () => {
    // The first line is the error, the second one this function.
    const line = error.stack?.split("\n")[depth + 2]?.trim()
    return line === undefined || foreign.test(line) ? undefined : line
  }
}

/** The call site of a call that no line of a program made. To capture one takes 7 % of the CPU of a call in memory. */
export const noCallSite: CallSite = () => undefined

/** Runs a function whose calls have a call site that was captured before. */
export const withCallSite = <A>(site: CallSite, run: () => A): A => {
  const outer = captured
  captured = site
  try {
    return run()
  } finally {
    captured = outer
  }
}
