import type { EmulatedGeneration } from "@effect-openrouter/emulator/EmulatedGeneration"
import { OpenRouterEmulator } from "@effect-openrouter/emulator/OpenRouterEmulator"
import { FileSystem, HttpServer } from "@effect/platform"
import { NodeContext, NodeHttpServer } from "@effect/platform-node"
import * as Pty from "@lydell/node-pty"
import { ConfigProvider, Deferred, Effect, Layer, Record } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:http"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { run as runCommand } from "../src/cli.js"
import { Stdio } from "../src/internal/output/stdio.js"

const program = [fileURLToPath(new URL("../node_modules/.cache/command/main.js", import.meta.url))]

export const key = "sk-or-v1-0123456789abcdef"

/** The first digits of the SHA-256 of `key`. */
export const keyFingerprint = "sha256:1dacac80"

/** The emulator on a socket, and the services of Node.js. */
export const served = OpenRouterEmulator.serve.pipe(
  Layer.provideMerge(OpenRouterEmulator.layer),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
  Layer.merge(NodeContext.layer),
  Layer.orDie
)

const environment = Effect.map(
  HttpServer.addressFormattedWith(Effect.succeed),
  (address): Record<string, string | undefined> => ({
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    OPENROUTER_API_KEY: key,
    OPENROUTER_BASE_URL: `${address}/api/v1`
  })
)

/** The base URL of the emulator. */
export const baseUrl = Effect.map(environment, (variables) => variables["OPENROUTER_BASE_URL"] ?? "")

/** The result of a command. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a shell command to its end; its arguments are the command to run and its arguments. */
export const runShell = (script: string, args: ReadonlyArray<string>) =>
  Effect.flatMap(environment, (env) => {
    const child = spawn("sh", ["-c", script, "sh", process.execPath, ...program, ...args], { env, stdio: "pipe" })
    return ended(child)
  })

/** Starts the command in a process of its own with pipes; `env` is added to the environment. */
export const start = (args: ReadonlyArray<string>, env: Record<string, string> = {}) =>
  Effect.map(
    environment,
    (environment) => spawn(process.execPath, [...program, ...args], { env: { ...environment, ...env }, stdio: "pipe" })
  )

/** Waits for the end of a process. */
export const ended = (child: ChildProcess): Effect.Effect<Ran> =>
  Effect.promise(async () => {
    const exit = new Promise<number | null>((resolve) => child.once("close", resolve))
    const [stdout, stderr, code] = await Promise.all([
      child.stdout === null || child.stdout.destroyed ? "" : text(child.stdout),
      child.stderr === null ? "" : text(child.stderr),
      exit
    ])
    return { code, stdout, stderr }
  })

/** Runs the command to its end in this process, with standard streams in memory. */
export const run = (
  args: ReadonlyArray<string>,
  { env = {}, ...streams }: Parameters<typeof Stdio.memory>[0] & {
    readonly env?: Record<string, string>
  } = {}
) =>
  Effect.gen(function*() {
    const stdio = Stdio.memory(streams)
    const variables = Object.entries({ ...yield* environment, ...env })
      .flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const])
    const code = yield* runCommand(args).pipe(
      Effect.provide(stdio.layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(variables)))
    )
    const ran: Ran = { code, stdout: stdio.stdout(), stderr: stdio.stderr() }
    return ran
  })

/** Settles ids in a ledger, with subcommands of their own; `place` is a file or a URL. */
export const settleInLedger = (place: string, ids: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const ledger = ["--ledger", place]
    const added = yield* run(["ledger", "add", ...ledger, "-"], { input: ids.join("\n") })
    const ran = yield* run(["ledger", "run", ...ledger, "--until-empty", "--within", "1s"])
    return { added, ran }
  })

/** Runs the command to its end in a process of its own. */
export const runProcess = (
  args: ReadonlyArray<string>,
  { env, input = "" }: { readonly env?: Record<string, string>; readonly input?: string } = {}
) =>
  Effect.flatMap(start(args, env), (child) => {
    child.stdin.end(input)
    return ended(child)
  })

/** A command in a terminal. */
interface InTerminal {
  /** Everything that it has written so far. */
  readonly output: () => string
  /** Waits until its output matches. */
  readonly shows: (pattern: RegExp) => Effect.Effect<void>
  readonly type: (text: string) => void
  readonly code: Effect.Effect<number>
}

/**
 * Prints the exit code of a command after its output, and holds the terminal open until the test ends. Once the last process of
 * a terminal has ended, node-pty closes it after 200 ms, whether or not all output has been read.
 */
const printExitCode = `trap : INT; "$@"; printf '<<exit %s>>' "$?"; read -r _`
const exitCode = /<<exit (\d+)>>/

/** Starts the command in a pseudo-terminal of its own. */
export const inTerminal = (
  args: ReadonlyArray<string>,
  { columns = 200, env = {} }: { readonly columns?: number; readonly env?: Record<string, string | undefined> } = {}
) =>
  Effect.gen(function*() {
    const code = yield* Deferred.make<number>()
    const pty = Pty.spawn("sh", ["-c", printExitCode, "sh", process.execPath, ...program, ...args], {
      cols: columns,
      rows: 40,
      name: env["TERM"] ?? "xterm-256color",
      env: Record.filter({ ...yield* environment, ...env }, (value) => value !== undefined)
    })
    let output = ""
    const waiting = new Set<() => void>()
    pty.onData((data) => {
      output += data
      for (const look of waiting) look()
      const end = exitCode.exec(output)
      if (end !== null) Deferred.unsafeDone(code, Effect.succeed(Number(end[1])))
    })
    yield* Effect.addFinalizer(() => Effect.sync(() => pty.kill()))
    const result: InTerminal = {
      output: () => output.replace(exitCode, ""),
      shows: (pattern) =>
        Effect.async((resume) => {
          const look = () => {
            if (!pattern.test(output)) return
            waiting.delete(look)
            resume(Effect.void)
          }
          waiting.add(look)
          look()
        }),
      type: (text) => pty.write(text),
      code: Deferred.await(code)
    }
    return result
  })

/** Adds records to the emulator. */
export const add = (...records: ReadonlyArray<EmulatedGeneration>) =>
  Effect.flatMap(
    OpenRouterEmulator,
    (emulator) => Effect.forEach(records, (record) => emulator.add(record), { discard: true })
  )

/** The requested ids, in the order of their requests. */
export const asked = Effect.flatMap(
  OpenRouterEmulator,
  ({ requests }) =>
    Effect.map(
      requests,
      (requests) => requests.map(({ url }) => new URL(url, "http://x").searchParams.get("id") ?? url)
    )
)

/** Returns the path of a file in a temporary folder of the test. */
export const folder = Effect.flatMap(
  FileSystem.FileSystem,
  (fs) => Effect.map(fs.makeTempDirectoryScoped(), (folder) => (name: string) => join(folder, name))
)

export const write = (path: string, text: string) =>
  Effect.flatMap(FileSystem.FileSystem, (fs) => fs.writeFileString(path, text))

export const read = (path: string) => Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(path))

/** The JSON values of NDJSON. */
export const values = (text: string): ReadonlyArray<Record<string, unknown>> =>
  text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
