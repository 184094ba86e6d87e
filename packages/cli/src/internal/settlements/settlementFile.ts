import type { Settlement } from "@effect-openrouter/generations/Settlement"
import { SettlementLine } from "@effect-openrouter/generations/SettlementLine"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { fileProblem } from "../input/fileProblem.js"
import { bytes, type Line, lines } from "../input/lines.js"
import { ExitCode, Stop, usage } from "../output/exit.js"

/** A file of settlements that grows. */
export interface SettlementFile {
  /** The ids that it held a record of when it was opened. */
  readonly settled: Set<string>
  /** Writes a settlement as a line of its own. To be uninterruptible, lest a line be broken off. */
  readonly append: (settlement: Settlement) => Effect.Effect<void, Stop>
}

/**
 * Opens a file of settlements, or begins one that only its owner may read. A last line that a kill broke off is cut away;
 * a file that holds anything else is refused and left as it is.
 */
export const open = (path: string): Effect.Effect<SettlementFile, Stop, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function*() {
    const fs = yield* FileSystem.FileSystem
    const file = yield* Effect.mapError(fs.open(path, { flag: "a+", mode: 0o600 }), cannotWrite(path, ExitCode.usage))
    const { type } = yield* Effect.mapError(file.stat, cannotWrite(path, ExitCode.usage))
    if (type !== "File") return yield* usage(`${path} is not a file`)
    const { end, settled, size } = yield* read(path)
    if (end < size) yield* Effect.mapError(file.truncate(FileSystem.Size(end)), cannotWrite(path, ExitCode.failed))
    yield* Effect.addFinalizer(() => Effect.ignore(file.sync))
    return {
      settled,
      append: (settlement) =>
        Effect.orDie(encode(settlement)).pipe(
          Effect.flatMap((line) => file.writeAll(encoder.encode(`${line}\n`))),
          Effect.mapError(cannotWrite(path, ExitCode.failed))
        )
    }
  })

const encode = Schema.encode(SettlementLine)

const encoder = new TextEncoder()

const cannotWrite = (path: string, code: number) => (error: PlatformError) =>
  new Stop({ code, says: `cannot write ${path}: ${fileProblem(error)}` })

/** What a file holds: which ids are settled, and where its last whole line ends. */
const read = (path: string) =>
  Effect.gen(function*() {
    const settled = new Set<string>()
    let size = 0
    let end = 0
    const measured = Stream.tap(bytes(path), (chunk) =>
      Effect.sync(() => {
        const lineFeed = chunk.lastIndexOf(10)
        if (lineFeed >= 0) end = size + lineFeed + 1
        size += chunk.length
      }))
    yield* Stream.runForEach(lines(measured), (line) => {
      if (line.text.trim() === "" || isBrokenOff(line)) return Effect.void
      const entry = parseEntry(line.text)
      if (Option.isNone(entry)) {
        return usage(`line ${line.number} of ${path} is not a settlement`, "name another file for --out")
      }
      if (entry.value._tag === "Settled") settled.add(entry.value.id)
      return Effect.void
    })
    return { settled, size, end }
  })

const start = `{"_tag":"`

/** Whether a line is the beginning of one of ours that a kill broke off. */
export const isBrokenOff = ({ isOpen, text }: Line): boolean =>
  isOpen && (text.startsWith(start) || start.startsWith(text))

/** The two fields that matter here: a record need not be decoded to know that it is there. */
const parseEntry = Schema.decodeOption(Schema.parseJson(Schema.Struct({
  _tag: Schema.Literal("Settled", "NotVisible", "Failed"),
  id: Schema.String
})))
