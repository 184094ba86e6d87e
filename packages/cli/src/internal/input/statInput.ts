import { fstatSync, type Stats, statSync } from "node:fs"

/** Returns what is known about standard input, or `null` if there is none. */
export const statInput = (): Stats | null => {
  try {
    return fstatSync(0)
  } catch {
    return null
  } finally {
    // After the stat of a pipe, realpath in Node.js 20 stops at links that it has seen, and modules behind them are not
    // found. The stat of a folder ends that.
    statSync(".", { throwIfNoEntry: false })
  }
}
