/**
 * Runs the command as the process: its standard streams, its signals and its exit code.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { run } from "./cli.js"
import { ExitCode } from "./internal/output/exit.js"
import { Stdio } from "./internal/output/stdio.js"

/** Runs the command and exits with its code. A signal interrupts it; a second one ends the process at once. */
export const runProcess = (args: ReadonlyArray<string>): void => {
  const fiber = Effect.runFork(Effect.provide(run(args), Stdio.layer))
  const interrupt = () => {
    for (const signal of signals) process.off(signal, interrupt).on(signal, () => process.exit(ExitCode.interrupted))
    Effect.runFork(Fiber.interrupt(fiber))
  }
  for (const signal of signals) process.on(signal, interrupt)
  // Without a timer the process would end as soon as it only waits for something else than input or output.
  const alive = setInterval(() => {}, 2 ** 31 - 1)
  fiber.addObserver((exit) => {
    clearInterval(alive)
    process.exit(Exit.match(exit, { onSuccess: (code) => code, onFailure: exitCodeForFailure }))
  })
}

const signals = ["SIGINT", "SIGTERM"] as const

const exitCodeForFailure = (cause: Cause.Cause<never>): number => {
  if (Cause.isInterruptedOnly(cause)) return ExitCode.interrupted
  process.stderr.write(`This is a bug in openrouter-generations:\n${Cause.pretty(cause)}\n`)
  return ExitCode.failed
}
