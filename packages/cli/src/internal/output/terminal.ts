import * as Effect from "effect/Effect"
import type { WriteStream } from "node:tty"
import { styleText } from "node:util"
import { ExitCode, Stop } from "./exit.js"

type Style = "bold" | "cyan" | "dim" | "green" | "red" | "yellow"

/** One end of the command: standard output or standard error. */
export interface Out {
  /** Whether a person is looking. */
  readonly isTerminal: boolean
  /** The width of the terminal; of a pipe, no bound. */
  readonly columns: () => number
  /** Styles a text, where there are colours: never in a pipe, nor with `NO_COLOR` or `TERM=dumb`. */
  readonly style: (style: Style, text: string) => string
  /** A text that has been styled by others, as it may be shown here. */
  readonly restyle: (text: string) => string
  /** Writes a text, and waits until it is taken: a slow reader slows the command down instead of filling memory. */
  readonly write: (text: string) => Effect.Effect<void, Stop>
}

const make = (stream: NodeJS.WriteStream): Out => {
  const terminal: WriteStream | undefined = stream.isTTY ? stream : undefined
  const hasColors = terminal?.hasColors() ?? false
  return {
    isTerminal: terminal !== undefined,
    columns: () => terminal?.columns ?? Number.POSITIVE_INFINITY,
    style: (style, text) => hasColors ? styleText(style, text, { validateStream: false }) : text,
    restyle: (text) => hasColors ? text : text.replaceAll(styles, ""),
    write: (text) =>
      Effect.async((resume) => {
        stream.write(
          text,
          (error) =>
            resume(error ? Effect.fail(new Stop({ code: ExitCode.failed, says: problemOf(error) })) : Effect.void)
        )
      })
  }
}

/** Where whoever read this is gone (`| head`), there is nobody left to tell. */
const problemOf = (error: NodeJS.ErrnoException) =>
  error.code === "EPIPE" ? undefined : `cannot write: ${error.message}`

/** The escape sequences that colour and embolden, and no others: a cursor is still to be moved where colours are not wanted. */
const styles = /\p{Cc}\[[\d;]*m/gu

export const stdout: Out = make(process.stdout)

export const stderr: Out = make(process.stderr)

/** Whether the bar and the cursor may be moved about. */
export const isDumb = process.env["TERM"] === "dumb"

/**
 * Text from the wire as it may be shown: without what moves a cursor, colours, hides or reverses. Lines and tabs are kept
 * where they are meant to be.
 */
export const printable = (text: string): string => text.replaceAll(unprintable, "�")

/** As `printable`, of text that may have more than one line. */
export const printableLines = (text: string): string => text.replaceAll(unprintableInLines, "�")

const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu
const unprintableInLines = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu
