import * as NodeStream from "@effect/platform-node/NodeStream"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { createReadStream } from "node:fs"
import { ExitCode, Stop } from "../output/exit.js"
import { stderr } from "../output/terminal.js"
import { fileProblem } from "./fileProblem.js"

/** One line of a file, counted from 1. */
export interface Line {
  readonly text: string
  readonly number: number
  /** Whether it is the last and no line feed ends it: it may have been cut off. */
  readonly isOpen: boolean
}

/** The bytes of a file, or of standard input if it is `-`. */
export const bytes = (file: string): Stream.Stream<Uint8Array, Stop, FileSystem.FileSystem> => {
  if (file !== "-") {
    // Not the file system's stream, which reads at positions: a pipe has none.
    return NodeStream.fromReadable(
      () => createReadStream(file),
      (cause) => cannotRead(file)(cause as NodeJS.ErrnoException)
    )
  }
  const stdin = Stream.mapError(
    NodeStream.stdin,
    () => new Stop({ code: ExitCode.failed, says: "standard input broke off" })
  )
  return process.stdin.isTTY
    ? Stream.concat(Stream.drain(stderr.write("Reading from the terminal, one on each line; Ctrl-D ends.\n")), stdin)
    : stdin
}

/** Refuses a file that cannot be read, before anything is done. */
export const checkReadable = (file: string): Effect.Effect<void, Stop, FileSystem.FileSystem> =>
  file === "-"
    ? Effect.void
    : Effect.flatMap(
      FileSystem.FileSystem,
      (fs) => Effect.mapError(fs.access(file, { readable: true }), cannotRead(file))
    )

const cannotRead = (file: string) => (error: PlatformError | NodeJS.ErrnoException) =>
  new Stop({ code: ExitCode.usage, says: `cannot read ${file}: ${fileProblem(error)}` })

/** Whether a file can be read more than once: a pipe, by whatever name, cannot. */
export const isRepeatable = (file: string): Effect.Effect<boolean, Stop, FileSystem.FileSystem> =>
  file === "-"
    ? Effect.succeed(false)
    : Effect.flatMap(
      FileSystem.FileSystem,
      (fs) => Effect.mapBoth(fs.stat(file), { onFailure: cannotRead(file), onSuccess: ({ type }) => type === "File" })
    )

/** The lines of a text that comes in bytes. */
export const lines = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Line, E, R> =>
  Stream.suspend(() => {
    let endsInLineFeed = true
    return bytes.pipe(
      Stream.tap((chunk) =>
        Effect.sync(() => {
          endsInLineFeed = chunk.at(-1) === 10
        })
      ),
      Stream.decodeText("utf-8"),
      Stream.splitLines,
      Stream.zipWithIndex,
      Stream.zipWithNext,
      // The last line comes when all has been read.
      Stream.map(([[text, index], next]) => ({
        text,
        number: index + 1,
        isOpen: Option.isNone(next) && !endsInLineFeed
      }))
    )
  })

/** Ids, one on each line; blank lines and those that begin with `#` are none. */
export const ids = (file: string): Stream.Stream<string, Stop, FileSystem.FileSystem> =>
  lines(bytes(file)).pipe(
    Stream.map(({ text }) => text.trim()),
    Stream.filter((id) => id !== "" && !id.startsWith("#"))
  )
