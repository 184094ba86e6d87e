import * as NodeStream from "@effect/platform-node/NodeStream"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { styleText } from "node:util"
import { statInput } from "../input/statInput.js"
import { ExitCode, Stop } from "./exit.js"

type Style = "bold" | "cyan" | "dim" | "green" | "red" | "yellow"

/** Standard output or standard error. */
export interface Out {
  /** True if a person reads it in a terminal. */
  readonly isTerminal: boolean
  /** True if the cursor can be moved: in every terminal but `TERM=dumb`. */
  readonly canMoveCursor: boolean
  /** Returns the width of the terminal, or the value of `COLUMNS` in a pipe, or `Infinity`. */
  readonly columns: () => number
  /** Styles a text where colors are shown: not in a pipe, and not with `NO_COLOR` or `TERM=dumb`. */
  readonly style: (style: Style, text: string) => string
  /** Writes a text and waits until it is written, so that a slow reader slows the command down instead of filling memory. */
  readonly write: (text: string) => Effect.Effect<void, Stop>
}

/** Standard input. */
export interface In {
  /** True if a person types it in a terminal. */
  readonly isTerminal: boolean
  /** Returns true if it is a pipe or a file, and false for a terminal or a device such as `/dev/null`. */
  readonly isRedirected: () => boolean
  readonly bytes: Stream.Stream<Uint8Array, Stop>
  /**
   * Reads one line from the terminal and does not show it, from before `prompt` is written. Fails with exit code 130 after
   * Ctrl-C or Ctrl-D.
   */
  readonly readHidden: (prompt: Effect.Effect<void>) => Effect.Effect<string, Stop>
}

/** The standard streams of the command. `layer` has those of the process, `memory` has buffers for tests. */
export class Stdio extends Context.Tag("@effect-openrouter/cli/Stdio")<
  Stdio,
  { readonly stdin: In; readonly stdout: Out; readonly stderr: Out }
>() {
  /** The standard streams of this process. */
  static readonly layer: Layer.Layer<Stdio> = Layer.sync(
    this,
    () => ({ stdin: processIn(process.stdin), stdout: processOut(process.stdout), stderr: processOut(process.stderr) })
  )

  /** Standard streams in memory: what is written can be read back. */
  static readonly memory = (
    { columns = Number.POSITIVE_INFINITY, input = "", isTerminal = false }: {
      readonly columns?: number | undefined
      /** The text of standard input; `null` if it is not redirected. @default "" */
      readonly input?: string | Uint8Array | null | undefined
      /** True if standard output and standard error are a terminal without colors. @default false */
      readonly isTerminal?: boolean | undefined
    } = {}
  ) => {
    const stdout = memoryOut(columns, isTerminal)
    const stderr = memoryOut(columns, isTerminal)
    const stdin: In = {
      isTerminal: false,
      isRedirected: () => input !== null,
      bytes: Stream.sync(() =>
        typeof input === "object" && input !== null ? input : new TextEncoder().encode(input ?? "")
      ),
      readHidden: () => new Stop({ code: ExitCode.interrupted })
    }
    return {
      layer: Layer.succeed(this, { stdin, stdout: stdout.out, stderr: stderr.out }),
      stdout: stdout.text,
      stderr: stderr.text
    }
  }
}

/** Writes to standard output. */
export const writeOut = (text: string): Effect.Effect<void, Stop, Stdio> =>
  Effect.flatMap(Stdio, ({ stdout }) => stdout.write(text))

/** Writes to standard error; a failure of that is ignored, because nobody is left to read about it. */
export const writeError = (text: string): Effect.Effect<void, never, Stdio> =>
  Effect.flatMap(Stdio, ({ stderr }) => Effect.ignore(stderr.write(text)))

const memoryOut = (columns: number, isTerminal: boolean) => {
  const texts: Array<string> = []
  const out: Out = {
    isTerminal,
    canMoveCursor: isTerminal,
    columns: () => columns,
    style: (_, text) => text,
    write: (text) => Effect.sync(() => void texts.push(text))
  }
  return { out, text: () => texts.join("") }
}

const isDumb = (): boolean => process.env["TERM"] === "dumb"

const processOut = (stream: NodeJS.WriteStream): Out => {
  // Each write reports its own failure. Without a listener the same failure would also end the process with a stack trace.
  stream.on("error", () => {})
  const isTerminal = stream.isTTY === true
  const hasColors = isTerminal && stream.hasColors()
  return {
    isTerminal,
    canMoveCursor: isTerminal && !isDumb(),
    columns: () => isTerminal ? stream.columns : Number(process.env["COLUMNS"]) || Number.POSITIVE_INFINITY,
    style: (style, text) => hasColors ? styleText(style, text, { validateStream: false }) : text,
    write: (text) =>
      Effect.async((resume) => {
        const done = (error?: NodeJS.ErrnoException | null) => resume(error ? writeFailure(error) : Effect.void)
        // A write to a file or a device can throw instead of calling back.
        try {
          stream.write(text, done)
        } catch (error) {
          done(error as NodeJS.ErrnoException)
        }
      })
  }
}

const writeFailure = (error: NodeJS.ErrnoException): Stop =>
  error.code === "EPIPE"
    ? new Stop({ code: ExitCode.allSettled, isClosedPipe: true })
    : new Stop({ code: ExitCode.failed, problem: `cannot write the output: ${error.message}` })

const processIn = (stream: NodeJS.ReadStream): In => ({
  isTerminal: stream.isTTY === true,
  isRedirected: () => statInput()?.isCharacterDevice() === false,
  bytes: NodeStream.fromReadable(
    () => stream,
    () => new Stop({ code: ExitCode.failed, problem: "cannot read standard input to its end" })
  ),
  readHidden: (prompt) =>
    Effect.acquireUseRelease(
      Effect.sync(() => stream.setRawMode(true)),
      () => Effect.zipRight(prompt, readLine(stream)),
      () => Effect.sync(() => stream.setRawMode(false).pause())
    )
})

/** Reads what is typed up to the end of a line, in raw mode. */
const readLine = (stream: NodeJS.ReadStream): Effect.Effect<string, Stop> =>
  Effect.async((resume) => {
    let text = ""
    const onData = (chunk: Buffer) => {
      for (const character of chunk.toString("utf8")) {
        if (character === "\r" || character === "\n") return resume(Effect.succeed(text))
        if (character === "\u0003" || character === "\u0004") return resume(new Stop({ code: ExitCode.interrupted }))
        text = character === "\u007f" || character === "\b" ? text.slice(0, -1) : text + character
      }
    }
    stream.on("data", onData)
    return Effect.sync(() => stream.off("data", onData))
  })
