// Runs modules one after another in one process, the next one when nothing is left to do for the one before:
// `node runModules.mjs FILE…`. It says which one it starts, and in the end that all have run.
import { pathToFileURL } from "node:url"

const files = process.argv.slice(2)

let isLoaded = true
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

const next = () => {
  clearTimeout(timer)
  if (process.exitCode !== undefined && process.exitCode !== 0) process.exit()
  // Node.js ends a program with this code whose top-level await is never settled.
  if (!isLoaded) process.exit(13)
  const file = files.shift()
  if (file === undefined) {
    process.removeListener("beforeExit", next)
    console.log("\n--- end")
    return
  }
  console.log(`\n--- ${file}`)
  process.argv = [process.execPath, file, "gen-1"]
  timer = setTimeout(() => {
    console.error("did not end within 30 seconds")
    process.exit(1)
  }, 30_000)
  timer.unref()
  isLoaded = false
  // Another turn, after which Node.js asks again, also for a module that needs none.
  setImmediate(() => {})
  void import(pathToFileURL(file).href).then(() => {
    isLoaded = true
  })
}

process.on("beforeExit", next)
