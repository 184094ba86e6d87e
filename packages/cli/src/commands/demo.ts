import * as Settlement from "@effect-openrouter/generations/Settlement"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { spawn } from "node:child_process"
import { promises as fs } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { fileProblem } from "../internal/input/files.js"
import { ExitCode, Stop } from "../internal/output/exit.js"
import { Stdio, writeOut } from "../internal/output/stdio.js"
import { generateRecords } from "../internal/sampleRecords.js"
import { encode } from "../internal/settlements/settlementText.js"
import { report } from "./report.js"

/** `demo` */
export const demo = Command.make({
  name: "demo",
  summary: "Writes and opens a report of generated records. Needs no key and no network.",
  examples: [
    ["a report in the browser", "demo"],
    ["only the files", "demo --no-open --out ."]
  ],
  options: {
    records: Option.integer("Number of generated records. Default: 2000", { min: 1, max: 1_000_000, fallback: 2000 }),
    out: Option.text("FOLDER", "Where the files go. Default: a temporary folder"),
    noOpen: Option.flag("Do not open the page in a browser")
  },
  operands: Option.none,
  run: ({ noOpen, out, records }) =>
    Effect.gen(function*() {
      const { stdout } = yield* Stdio
      const folder = yield* attempt(() =>
        out === undefined
          ? fs.mkdtemp(join(tmpdir(), "openrouter-generations-demo-"))
          : fs.mkdir(out, { recursive: true }).then(() => out)
      )
      const settlements = join(folder, "demo.ndjson")
      const page = join(folder, "demo.html")
      const lines = yield* Effect.forEach(
        generateRecords(records, Date.now()),
        (generation) => encode(Settlement.Settled({ id: generation.id, generation }))
      )
      yield* attempt(() => fs.writeFile(settlements, lines.map(({ line }) => `${line}\n`).join("")))
      yield* writeOut(`$ openrouter-generations report ${settlements} --html ${page}\n\n`)
      yield* runReport([settlements, "--html", page])
      if (!noOpen && stdout.isTerminal) yield* openInBrowser(page)
    })
})

const runReport = (args: ReadonlyArray<string>): Effect.Effect<void, Stop, Stdio> =>
  Either.match(report.start(args), {
    onLeft: (problem) => new Stop({ code: ExitCode.usage, problem }),
    onRight: (run) => run
  })

const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, Stop> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new Stop({ code: ExitCode.usage, problem: `cannot write the demo: ${fileProblem(error)}` })
  })

/** Opens a file with the program that the system has for it. Without one, the path of the page on the screen is enough. */
const openInBrowser = (path: string): Effect.Effect<void> =>
  Effect.sync(() => {
    const [program = "", ...args] =
      ({ darwin: ["open"], win32: ["cmd", "/c", "start", ""] } as Record<string, ReadonlyArray<string>>)[
        process.platform
      ] ?? ["xdg-open"]
    const child = spawn(program, [...args, path], { detached: true, stdio: "ignore" })
    child.on("error", () => {})
    child.unref()
  })
