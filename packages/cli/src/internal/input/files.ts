import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createReadStream, promises as fs, type Stats } from "node:fs"
import { ExitCode, Stop } from "../output/exit.js"
import { Stdio, writeError } from "../output/stdio.js"
import { statInput } from "./statInput.js"

/** Returns how messages name a file; `-` is standard input. */
export const fileName = (file: string): string => file === "-" ? "standard input" : file

/** Returns the bytes of a file, at most the first `size`, or of standard input if it is `-`. */
export const bytes = (file: string, size = Number.POSITIVE_INFINITY): Stream.Stream<Uint8Array, Stop, Stdio> => {
  if (size === 0) return Stream.empty
  if (file !== "-") {
    return NodeStream.fromReadable(
      () => createReadStream(file, { end: size - 1, highWaterMark: 256 * 1024 }),
      cannotRead(file)
    )
  }
  return Stream.unwrap(Effect.map(Stdio, ({ stdin }) =>
    stdin.isTerminal
      ? Stream.concat(
        Stream.drain(Stream.fromEffect(writeError("Reading from the terminal; Ctrl-D ends the input.\n"))),
        stdin.bytes
      )
      : stdin.bytes))
}

/** Returns what is known about a file, or `null` for standard input. Fails if the file cannot be read. */
export const checkReadable = (file: string): Effect.Effect<Stats | null, Stop> =>
  file === "-" ? Effect.succeed(null) : Effect.tryPromise({
    try: async () => {
      await fs.access(file, fs.constants.R_OK)
      const stats = await fs.stat(file)
      if (stats.isDirectory()) throw Object.assign(new Error("it is a directory"), { code: "EISDIR" })
      return stats
    },
    catch: cannotRead(file)
  })

/** Returns true if an input is the same file as an output, also through a link or a redirection of standard input. */
export const isSameFile = (input: string, output: string): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    const [one, other] = await Promise.all([input === "-" ? statInput() : statFile(input), statFile(output)])
    return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev
  })

const statFile = (path: string): Promise<Stats | null> => fs.stat(path).catch(() => null)

const cannotRead = (file: string) => (error: unknown) =>
  new Stop({ code: ExitCode.usage, problem: `cannot read ${fileName(file)}: ${fileProblem(error)}` })

/** Says in words what is wrong with a file. */
export const fileProblem = (error: unknown): string =>
  error instanceof Error ? words[(error as NodeJS.ErrnoException).code ?? ""] ?? error.message : String(error)

const words: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOSPC: "no space is left on the device",
  EROFS: "the file system is read-only"
}
