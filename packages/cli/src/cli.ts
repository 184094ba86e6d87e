/**
 * The command `openrouter-generations`.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { type Command, commonOptions, program, readArguments } from "./internal/arguments/command.js"
import { completions, shells } from "./internal/arguments/completions.js"
import { commandHelp, manual, programHelp } from "./internal/arguments/help.js"
import * as Option from "./internal/arguments/option.js"
import { didYouMean } from "./internal/arguments/suggest.js"
import { ExitCode, Stop } from "./internal/output/exit.js"
import { printable } from "./internal/output/printable.js"
import { Stdio, writeError, writeOut } from "./internal/output/stdio.js"
import { version } from "./internal/version.js"

const summary = "Shows what OpenRouter generations really cost and how they ran."

/** The subcommands in the order of the help. Each is loaded when it is used. */
const subcommands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  get: {
    summary: "shows generations, with one request for each",
    load: async () => (await import("./commands/get.js")).get
  },
  await: {
    summary: "the same, and waits for those that are not visible yet",
    load: async () => (await import("./commands/await.js")).awaitCommand
  },
  content: {
    summary: "prints the stored prompt and completion of one",
    load: async () => (await import("./commands/content.js")).content
  },
  feedback: {
    summary: "reports feedback on one",
    load: async () => (await import("./commands/feedback.js")).feedback
  },
  sweep: {
    summary: "requests many, and writes the settlement of each to a file",
    load: async () => (await import("./commands/sweep.js")).sweep
  },
  report: {
    summary: "adds up what sweep wrote, as a table or as a page",
    load: async () => (await import("./commands/report.js")).report
  },
  discover: {
    summary: "prints the ids that OpenRouter knows, for sweep",
    load: async () => (await import("./commands/discover.js")).discover
  },
  reconcile: {
    summary: "compares what sweep wrote with OpenRouter's own totals",
    load: async () => (await import("./commands/reconcile.js")).reconcile
  },
  ledger: {
    summary: "keeps ids in a file or in Postgres until each is settled",
    load: async () => (await import("./commands/ledger.js")).ledger
  },
  emulator: {
    summary: "serves an OpenRouter on this machine to try all this with",
    load: async () => (await import("./commands/emulator.js")).emulator
  },
  demo: {
    summary: "opens a report of generated records; needs no key",
    load: async () => (await import("./commands/demo.js")).demo
  }
}

const details = [
  "The API key comes from OPENROUTER_API_KEY, or is asked for in a terminal. Only the first digits of its SHA-256 are ever shown.",
  "Exit codes: 0 all settled, 1 failed, 2 wrong usage, 3 some not visible or without a cost yet, 4 above the limit of --fail-over, or the ledger cannot be used, 5 a part of the file cannot be read, 6 the totals of reconcile differ, 130 interrupted."
]

const examples = [
  ["one generation, as soon as its record is visible", "await gen-1"],
  ["many, into a file", "sweep ids.txt --out november.ndjson"],
  ["what they cost, and a page", "report november.ndjson --html november.html"],
  ["completion in the shell; or zsh, or fish", `$ eval "$(${program} --completions bash)"`]
] as const

const rootOptions = {
  help: commonOptions.help,
  version: Option.flag("Show the version"),
  completions: Option.choice("SHELL", shells, "Print completions for a shell"),
  man: Option.flag("Print the manual page")
}

/** Runs the command with arguments such as `["get", "gen-1"]`, and returns its exit code. */
export const run = (args: ReadonlyArray<string>): Effect.Effect<number, never, Stdio> =>
  start(args).pipe(
    Effect.as<number>(ExitCode.allSettled),
    Effect.catchTag("Stop", ({ advice, code, problem }) =>
      Effect.as(problem === undefined ? Effect.void : writeProblem(problem, advice), code)),
    Effect.provide(logger)
  )

/** Logs go to standard error, because standard output is for results. */
const logger = Layer.unwrapEffect(Effect.map(Stdio, ({ stderr }) =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.map(Logger.logfmtLogger, (line) => void Effect.runFork(Effect.ignore(stderr.write(`${printable(line)}\n`))))
  )))

const start = (args: ReadonlyArray<string>): Effect.Effect<void, Stop, Stdio> => {
  const [name, ...rest] = args
  if (name === undefined) return writeRootHelp
  if (name.startsWith("-")) return runRoot(args)
  if (name === "help") return rest[0] === undefined ? writeRootHelp : Effect.flatMap(load(rest[0]), writeHelp)
  return Effect.flatMap(load(name), (command) => runCommand(command, rest))
}

const load = (name: string): Effect.Effect<Command, Stop> => {
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  const names = Object.keys(subcommands)
  return subcommand === undefined
    ? rejectUsage(
      `Invalid subcommand '${name}'. ${didYouMean(name, names)}`.trim(),
      `the subcommands are ${names.join(", ")}`
    )
    : Effect.promise(subcommand.load)
}

const runCommand = (command: Command, args: ReadonlyArray<string>): Effect.Effect<void, Stop, Stdio> => {
  if (isHelpAsked(args)) return writeHelp(command)
  const started = Either.all({
    effect: command.start(args),
    level: Either.map(
      readArguments(args, { ...command.options, ...commonOptions }),
      ({ given }) => given.get("logLevel")
    )
  })
  return Either.match(started, {
    onLeft: (problem) => rejectUsage(problem, `${program} ${command.name} --help shows the options`),
    onRight: ({ effect, level }) =>
      Effect.flatMap(
        Either.match(commonOptions.logLevel.parse(level ?? "info"), {
          onLeft: (problem) => rejectUsage(`--log-level: ${problem}`),
          onRight: Effect.succeed
        }),
        (name) => Logger.withMinimumLogLevel(effect, logLevels[name ?? "info"])
      )
  })
}

const logLevels = {
  all: LogLevel.All,
  trace: LogLevel.Trace,
  debug: LogLevel.Debug,
  info: LogLevel.Info,
  warning: LogLevel.Warning,
  error: LogLevel.Error,
  fatal: LogLevel.Fatal,
  none: LogLevel.None
} as const

/** Returns true if the help is asked for; after `--` it is an operand. */
const isHelpAsked = (args: ReadonlyArray<string>): boolean => {
  const end = args.indexOf("--")
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === "--help" || arg === "-h")
}

const runRoot = (args: ReadonlyArray<string>): Effect.Effect<void, Stop, Stdio> => {
  if (args[0] === "-h") return writeRootHelp
  return Either.match(readArguments(args, rootOptions), {
    onLeft: (problem) => rejectUsage(problem, `${program} --help shows the options`),
    onRight: ({ given }) => {
      if (given.has("version")) return writeOut(`${version}\n`)
      if (given.has("man")) {
        return Effect.flatMap(loadAll, (all) => writeOut(manual({ summary, details }, all, version)))
      }
      const shell = given.get("completions")
      return shell === undefined
        ? writeRootHelp
        : Either.match(rootOptions.completions.parse(shell), {
          onLeft: (problem) => rejectUsage(`--completions: ${problem}`),
          onRight: (shell) => Effect.flatMap(loadAll, (all) => writeOut(completions(shell ?? "bash", all)))
        })
    }
  })
}

const loadAll = Effect.promise(() => Promise.all(Object.values(subcommands).map(({ load }) => load())))

const rejectUsage = (problem: string, advice?: string): Effect.Effect<never, Stop> =>
  new Stop({ code: ExitCode.usage, problem, advice })

/** The width of a help without a terminal. */
const defaultColumns = 80

const helpColumns = Effect.map(
  Stdio,
  ({ stdout }) => Number.isFinite(stdout.columns()) ? stdout.columns() : defaultColumns
)

const writeHelp = (command: Command) =>
  Effect.flatMap(helpColumns, (columns) => writeOut(commandHelp(command, columns)))

const writeRootHelp = Effect.flatMap(helpColumns, (columns) =>
  writeOut(programHelp(
    { summary, details, examples },
    Object.fromEntries(Object.entries(subcommands).map(([name, { summary }]) => [name, summary])),
    rootOptions,
    columns
  )))

/** Writes a message to standard error, without anything that looks like a key or may be a URL with a password. */
const writeProblem = (problem: string, advice: string | undefined) =>
  Effect.flatMap(Stdio, ({ stderr }) =>
    writeError(hideSecrets(
      `${stderr.style("red", "error")}: ${problem}\n${advice === undefined ? "" : `  ${advice}\n`}`
    )))

const hideSecrets = (text: string): string =>
  text.replaceAll(/\bsk-[\w-]+/g, "sk-…")
    .replaceAll(/(\bpostgres(?:ql)?:\/\/)(?:.*@[^\s']*|[^\s']*\?[^\s']*)/gi, "$1…")
    .replaceAll(/(\w:\/\/)\S*@[^\s']*/g, "$1…")
