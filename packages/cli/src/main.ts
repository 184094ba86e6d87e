#!/usr/bin/env node
/**
 * The process of the command `openrouter-generations`.
 */
import { version } from "./internal/version.js"

const args = process.argv.slice(2)

// The version needs nothing of what the subcommands load.
if (args.length === 1 && args[0] === "--version") {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return
    process.stderr.write(`error: cannot write the output: ${error.message}\n`)
    process.exitCode = 1
  })
  process.stdout.write(`${version}\n`)
} else {
  const { runProcess } = await import("./process.js")
  runProcess(args)
}
