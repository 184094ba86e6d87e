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
import { splitLines } from "../input/lines.js"
import type { Records } from "../input/records.js"
import { ExitCode, Stop, usage } from "../output/exit.js"
import type { Stdio } from "../output/stdio.js"
import { SettlementReader } from "./settlementReader.js"

/** The settlements of a file: for each id the newest record with a known cost, else the newest record. */
export interface LatestSettlements extends Records {
  /** Returns true if the file has a settlement of this id. */
  readonly has: (id: string) => boolean
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
    const latest = new Latest()
    const reader = new SettlementReader()
    yield* Stream.runForEach(settlements(path, size, reader), (settlements) =>
      Effect.sync(() => {
        for (const settlement of settlements) latest.add(settlement)
      }))
    const { unreadable } = reader
    if (unreadable !== null && !unreadable.torn && latest.isEmpty) {
      return yield* usage(`line ${unreadable.first} of ${fileName(file)} is not a settlement`)
    }
    return {
      name: fileName(file),
      generations: Stream.suspend(() => {
        const choose = latest.chooser()
        return Stream.map(settlements(path, size, new SettlementReader()), choose)
      }),
      without: { pending: 0, notVisible: latest.count("NotVisible"), failed: latest.count("Failed") },
      unreadable,
      has: (id) => latest.has(id)
    }
  })

/** The settlement of each id that counts. */
class Latest {
  /** The number of settlements. */
  #length = 0
  /** The record that counts of each id: twice its position in the file, plus 1 if its cost is known. */
  readonly #records = new Map<string, number>()
  readonly #without = new Map<string, "NotVisible" | "Failed">()

  get isEmpty(): boolean {
    return this.#length === 0
  }

  has(id: string): boolean {
    return this.#records.has(id) || this.#without.has(id)
  }

  add(settlement: Settlement): void {
    const position = this.#length++
    if (settlement._tag !== "Settled") {
      this.#without.set(settlement.id, settlement._tag)
      return
    }
    // Two ids can have the same record, which costs what it costs once.
    const { generation } = settlement
    const known = Usage.isCostKnown(generation) ? 1 : 0
    if (known >= (this.#records.get(generation.id) ?? 0) % 2) this.#records.set(generation.id, 2 * position + known)
    if (settlement.id !== generation.id) this.#records.set(settlement.id, -1)
  }

  /** Returns the number of ids without a record that ended so. */
  count(tag: "NotVisible" | "Failed"): number {
    let count = 0
    for (const [id, last] of this.#without) if (last === tag && !this.#records.has(id)) count++
    return count
  }

  /** Returns a function that picks the records that count, when it is given all settlements of the file again. */
  chooser(): (settlements: ReadonlyArray<Settlement>) => ReadonlyArray<Generation> {
    let length = 0
    return (settlements) =>
      settlements.flatMap((settlement) => {
        const position = length++
        if (settlement._tag !== "Settled") return []
        const chosen = this.#records.get(settlement.generation.id) ?? -1
        return Math.floor(chosen / 2) === position ? [settlement.generation] : []
      })
  }
}

const settlements = (
  path: string,
  size: number,
  reader: SettlementReader
): Stream.Stream<ReadonlyArray<Settlement>, Stop, Stdio> =>
  splitLines(bytes(path, size)).pipe(
    Stream.map((lines) => lines.flatMap((line) => reader.push(line))),
    Stream.concat(Stream.fromEffect(Effect.sync(() => reader.end())))
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
