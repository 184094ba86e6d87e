import * as Effect from "effect/Effect"
import { randomUUID } from "node:crypto"
import { promises as fs } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileProblem } from "../input/files.js"
import { ExitCode, Stop } from "../output/exit.js"

/**
 * Writes a file as a whole: readers see the old text or the new one, and a failure leaves the old one. A path
 * that is not a file, such as `/dev/stdout`, is written to directly.
 */
export const writeWhole = (path: string, text: string): Effect.Effect<void, Stop> =>
  Effect.tryPromise({
    try: async () => {
      const target = await fs.realpath(path).catch(() => path)
      const stats = await fs.stat(target).catch(() => null)
      if (stats !== null && !stats.isFile()) return fs.writeFile(target, text)
      const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}`)
      try {
        await fs.writeFile(temporary, text, { flag: "wx", flush: true, ...stats === null ? {} : { mode: stats.mode } })
        await fs.rename(temporary, target)
      } finally {
        await fs.rm(temporary, { force: true })
      }
    },
    catch: (error) => new Stop({ code: ExitCode.usage, problem: `cannot write ${path}: ${fileProblem(error)}` })
  })
