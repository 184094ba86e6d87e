#!/usr/bin/env node
/**
 * The process of the command `openrouter-generations`.
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { run } from "./cli.js"
import { ExitCode } from "./internal/output/exit.js"

// Each write is told of its own failure; without a listener this would end the process with a stack trace.
process.stdout.on("error", () => {})
process.stderr.on("error", () => {})

NodeRuntime.runMain(Effect.provide(run(process.argv), NodeContext.layer), {
  disableErrorReporting: true,
  disablePrettyLogger: true,
  teardown: (exit, end) =>
    Exit.match(exit, {
      onSuccess: (code) => end(code as number),
      onFailure: (cause) => {
        if (Cause.isInterruptedOnly(cause)) return end(ExitCode.interrupted)
        process.stderr.write(`This is a bug in openrouter-generations:\n${Cause.pretty(cause)}\n`)
        return end(ExitCode.failed)
      }
    })
})
