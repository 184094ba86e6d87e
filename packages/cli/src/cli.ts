/**
 * The command `openrouter-generations`.
 */
import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as Span from "@effect/cli/HelpDoc/Span"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Arr from "effect/Array"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { awaitCommand } from "./commands/await.js"
import { content } from "./commands/content.js"
import { emulator } from "./commands/emulator.js"
import { feedback } from "./commands/feedback.js"
import { get } from "./commands/get.js"
import { report } from "./commands/report.js"
import { sweep } from "./commands/sweep.js"
import { console } from "./internal/output/console.js"
import { ExitCode } from "./internal/output/exit.js"
import { help } from "./internal/output/help.js"
import { stderr } from "./internal/output/terminal.js"
import { version } from "./internal/version.js"

// `@effect/cli` lists the commands with their options and without what they are for.
const overview = [
  "The commands:",
  "get       shows generations, asking once for each",
  "await     the same, waiting for those that are not visible yet",
  "content   prints the stored prompt and completion of one",
  "feedback  reports feedback on one",
  "sweep     asks for many, and writes what became of each to a file",
  "report    adds up what sweep wrote, as a table or as a page",
  "emulator  serves an OpenRouter to try all this against"
].join("\n  ")

const root = Command.make("openrouter-generations").pipe(
  Command.withDescription(help(
    "What OpenRouter generations really cost and how they ran.",
    [
      ["openrouter-generations await gen-1", "one generation, as soon as its record is there"],
      ["openrouter-generations sweep ids.txt --out november.ndjson", "many, into a file"],
      ["openrouter-generations report november.ndjson --html november.html", "what they cost, and a page"],
      ["eval \"$(openrouter-generations --completions bash)\"", "completion in the shell; or zsh, or fish"]
    ],
    overview,
    "The API key is OPENROUTER_API_KEY, or is asked for in a terminal; it is shown only as the first digits of its SHA-256.",
    "Exit codes: 0 all settled, 1 failed, 2 wrong usage, 3 some not visible, 130 interrupted."
  )),
  Command.withSubcommands([get, awaitCommand, content, feedback, sweep, report, emulator])
)

const command = Command.run(root, {
  name: "openrouter-generations",
  version,
  executable: "openrouter-generations",
  summary: Span.text("what OpenRouter generations really cost and how they ran")
})

/** Runs the command with the arguments of a process, and gives back its exit code. */
export const run = (argv: ReadonlyArray<string>) =>
  command(fileLast(argv)).pipe(
    Effect.as(ExitCode.allSettled),
    Effect.catchTag("Stop", ({ advice, code, says }) =>
      Effect.as(says === undefined ? Effect.void : tell(says, advice), code)),
    Effect.catchIf(ValidationError.isValidationError, () =>
      Effect.succeed(ExitCode.usage)),
    Effect.provide(
      Layer.mergeAll(CliConfig.layer({ showBuiltIns: false }), Logger.replace(Logger.defaultLogger, logger))
    ),
    Console.withConsole(console)
  )

// Standard output is for what was asked. `--log-level debug` tells of each attempt that failed.
const logger = Logger.withConsoleError(Logger.logfmtLogger)

// A `-` in front of options would hide them from `@effect/cli`. One that is the value of an option stays where it is.
const fileLast = (argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [files, others] = Arr.partition(
    argv,
    (arg, index) => arg !== "-" || (argv[index - 1]?.startsWith("--") === true && argv[index - 1] !== "--json")
  )
  return [...others, ...files]
}

const tell = (says: string, advice: string | undefined) =>
  Effect.ignore(stderr.write(
    `${stderr.style("red", "error")}: ${says}\n${advice === undefined ? "" : `  ${advice}\n`}`
  ))
