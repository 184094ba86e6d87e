import * as Usage from "@effect-openrouter/core/Usage"
import type { Settlement } from "@effect-openrouter/generations/Settlement"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type FileHandle, open as openFile } from "node:fs/promises"
import { bytes, fileProblem } from "../input/files.js"
import { splitLines } from "../input/lines.js"
import { ExitCode, Stop, usage } from "../output/exit.js"
import { type Stdio, writeError } from "../output/stdio.js"
import { lock, Locked } from "./lock.js"
import { SettlementReader, type Unreadable } from "./settlementReader.js"

/** A file of settlements that grows. */
export interface SettlementFile {
  /** The ids whose record, with a known cost, was in the file when it was opened. */
  readonly settled: ReadonlySet<string>
  /** The part of the file that could not be read, or `null`. A torn last line is cut away and does not count. */
  readonly unreadable: Unreadable | null
  /** Writes the text of a settlement as a line. Run it without interruption, so that a line is written as a whole. */
  readonly append: (line: string) => Effect.Effect<void, Stop>
  /** Forces what was written to the disk. It also happens at least once a second. */
  readonly flush: Effect.Effect<void, Stop>
}

/** The interval at which written lines are forced to the disk. */
const syncInterval = Duration.seconds(1)

/**
 * Opens a file of settlements, or creates one that only its owner can read. The file is locked until the scope ends. A last
 * line that a kill or a power loss cut off is cut away. A file in which nothing can be read is rejected and left as it is.
 */
export const open = (path: string): Effect.Effect<SettlementFile, Stop, Stdio | Scope.Scope> =>
  Effect.gen(function*() {
    const file = yield* Effect.acquireRelease(
      attempt(path, ExitCode.usage, () => openFile(path, "a+", 0o600)),
      (file) => Effect.promise(() => file.close())
    )
    const { isFile, size } = yield* attempt(path, ExitCode.usage, async () => {
      const stats = await file.stat()
      return { isFile: stats.isFile(), size: stats.size }
    })
    if (!isFile) return yield* usage(`cannot write ${path}: it is not a file`)
    yield* Effect.catchAll(lock(path), (error) =>
      error instanceof Locked
        ? usage(
          `another process is writing ${path}${error.pid === 0 ? "" : ` (process ${error.pid} on ${error.host})`}`,
          "wait for its end, or name another file for --out"
        )
        // Without the right to create files in the folder there is no lock.
        : writeError(`Cannot lock ${path} against a second sweep: ${fileProblem(error)}\n`))
    const found = yield* read(path, size)
    yield* attempt(path, ExitCode.failed, () => prepare(file, size, found))
    const disk = yield* syncing(file, path)
    return {
      settled: found.settled,
      unreadable: found.unreadable?.torn === true ? null : found.unreadable,
      append: (line) =>
        Effect.zipRight(attempt(path, ExitCode.failed, () => file.appendFile(`${line}\n`)), disk.written),
      flush: disk.sync
    }
  })

const attempt = <A>(path: string, code: number, run: () => Promise<A>): Effect.Effect<A, Stop> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new Stop({ code, problem: `cannot write ${path}: ${fileProblem(error)}` })
  })

interface Found {
  readonly settled: ReadonlySet<string>
  readonly unreadable: Unreadable | null
  readonly tornBytes: number
  readonly isOpen: boolean
}

/** Reads which ids are settled, and what is at the end of the file. */
const read = (path: string, size: number): Effect.Effect<Found, Stop, Stdio> =>
  Effect.gen(function*() {
    const reader = new SettlementReader()
    const settled = new Set<string>()
    let isAnyReadable = false
    let isOpen = false
    const add = (settlements: ReadonlyArray<Settlement>) => {
      for (const settlement of settlements) {
        isAnyReadable = true
        if (settlement._tag === "Settled" && Usage.isCostKnown(settlement.generation)) settled.add(settlement.id)
      }
    }
    yield* Stream.runForEach(splitLines(bytes(path, size)), (lines) =>
      Effect.sync(() => {
        isOpen = lines.at(-1)?.isOpen ?? isOpen
        for (const line of lines) add(reader.push(line))
      }))
    add(reader.end())
    const { tornBytes, unreadable } = reader
    if (unreadable !== null && !unreadable.torn && !isAnyReadable) {
      return yield* usage(`line ${unreadable.first} of ${path} is not a settlement`, "name another file for --out")
    }
    return { settled, unreadable, tornBytes, isOpen }
  })

/** Cuts a torn line away, or ends a last line that has no line end. */
const prepare = async (file: FileHandle, size: number, { isOpen, tornBytes }: Found): Promise<void> => {
  if (!isOpen) return
  if ((await file.stat()).size !== size) throw new Error("another process is writing it")
  if (tornBytes > 0) await file.truncate(size - tornBytes)
  else await file.appendFile("\n")
}

/** Forces what was written to the disk at least once a second, and when the scope ends. */
const syncing = (file: FileHandle, path: string) =>
  Effect.gen(function*() {
    let isDirty = false
    const written = Effect.sync(() => {
      isDirty = true
    })
    const sync = Effect.suspend(() => {
      if (!isDirty) return Effect.void
      isDirty = false
      // What could not be forced now is tried again, and its failure is reported at the end.
      return Effect.tapError(attempt(path, ExitCode.failed, () => file.sync()), () => written)
    })
    yield* Effect.addFinalizer(() => Effect.ignore(sync))
    yield* Effect.forkScoped(Effect.repeat(Effect.ignore(sync), Schedule.spaced(syncInterval)))
    return { written, sync }
  })
