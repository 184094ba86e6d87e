import type { Generation } from "@effect-openrouter/core/Generation"
import * as Usage from "@effect-openrouter/core/Usage"
import type { Settlement } from "@effect-openrouter/generations/Settlement"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { createWriteStream, promises as fs } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { bytes, checkReadable, fileName, fileProblem } from "../input/files.js"
import { lines } from "../input/lines.js"
import { ExitCode, Stop, usage } from "../output/exit.js"
import type { Stdio } from "../output/stdio.js"
import { SettlementReader, type Unreadable } from "./settlementReader.js"

/** The settlements of a file, each generation once. */
export interface LatestSettlements {
  /** For each id the newest record with a known cost, else the newest record. */
  readonly generations: Stream.Stream<Generation, Stop, Stdio>
  /** Number of ids without a record that were not visible. */
  readonly notVisible: number
  /** Number of ids without a record that failed. */
  readonly failed: number
  readonly unreadable: Unreadable | null
}

/**
 * Reads the settlements of a file or of standard input. A first pass finds the newest record of each id, a second one
 * returns it, so that memory depends on the number of ids and not on their records. A pipe is copied to a temporary file
 * for that. Fails if nothing in the file can be read.
 */
export const readLatest = (file: string): Effect.Effect<LatestSettlements, Stop, Stdio | Scope.Scope> =>
  Effect.gen(function*() {
    const stats = yield* checkReadable(file)
    const path = stats?.isFile() === true ? file : yield* copyToTemporaryFile(file)
    // Lines that are written meanwhile belong to the next report.
    const { size } = yield* Effect.promise(() => fs.stat(path))
    const latest = new Map<string, Latest>()
    const without = new Map<string, "NotVisible" | "Failed">()
    const reader = new SettlementReader()
    let readable = 0
    yield* Stream.runForEach(settlements(path, size, reader), (settlement) =>
      Effect.sync(() => {
        const position = readable++
        if (settlement._tag !== "Settled") return void without.set(settlement.id, settlement._tag)
        // Two ids can have the same record, which costs what it costs once.
        const id = settlement.generation.id
        const isCostKnown = Usage.isCostKnown(settlement.generation)
        if (isCostKnown || latest.get(id)?.isCostKnown !== true) latest.set(id, { position, isCostKnown })
        if (settlement.id !== id) latest.set(settlement.id, { position: -1, isCostKnown })
      }))
    const { unreadable } = reader
    if (unreadable !== null && !unreadable.torn && readable === 0) {
      return yield* usage(`line ${unreadable.first} of ${fileName(file)} is not a settlement`)
    }
    const withoutRecord = [...without].filter(([id]) => !latest.has(id)).map(([, tag]) => tag)
    return {
      generations: chosen(settlements(path, size, new SettlementReader()), latest),
      notVisible: withoutRecord.filter((tag) => tag === "NotVisible").length,
      failed: withoutRecord.filter((tag) => tag === "Failed").length,
      unreadable
    }
  })

interface Latest {
  /** The number of the settlement in the file; -1 if its record is counted under another id. */
  readonly position: number
  readonly isCostKnown: boolean
}

const settlements = (path: string, size: number, reader: SettlementReader): Stream.Stream<Settlement, Stop, Stdio> =>
  lines(bytes(path, size)).pipe(
    Stream.mapConcat((line) => reader.push(line)),
    Stream.concat(Stream.fromIterableEffect(Effect.sync(() => reader.end())))
  )

const chosen = <E, R>(
  settlements: Stream.Stream<Settlement, E, R>,
  latest: ReadonlyMap<string, Latest>
): Stream.Stream<Generation, E, R> =>
  Stream.zipWithIndex(settlements).pipe(
    Stream.mapConcat(([settlement, position]) =>
      settlement._tag === "Settled" && latest.get(settlement.generation.id)?.position === position
        ? [settlement.generation]
        : []
    )
  )

const copyToTemporaryFile = (file: string): Effect.Effect<string, Stop, Stdio | Scope.Scope> =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      attempt(() => fs.mkdtemp(join(tmpdir(), "openrouter-generations-"))),
      (folder) => Effect.promise(() => fs.rm(folder, { recursive: true, force: true }))
    )
    const path = join(folder, "settlements.ndjson")
    const source = yield* Stream.toAsyncIterableEffect(bytes(file))
    yield* attempt(() => pipeline(Readable.from(source), createWriteStream(path, { mode: 0o600 })))
    return path
  })

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, Stop> =>
  Effect.tryPromise({
    try: run,
    catch: (error) =>
      error instanceof Stop
        ? error
        : new Stop({ code: ExitCode.failed, problem: `cannot write a temporary file: ${fileProblem(error)}` })
  })
