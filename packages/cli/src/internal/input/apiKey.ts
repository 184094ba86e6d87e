import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import { type Stop, usage } from "../output/exit.js"
import { Stdio, writeError } from "../output/stdio.js"

/** A key, and the name of its source for messages. */
export interface ApiKey {
  readonly key: Redacted.Redacted
  readonly source: string
}

/**
 * Returns the key in `OPENROUTER_API_KEY`, else in `OPENROUTER_API_KEY_AUTH`, else the text that a person types at a prompt
 * that does not show it. No argument takes a key, because arguments are in the shell's history and in the list of processes.
 * Blanks and line ends around a key are removed.
 */
export const apiKey: Effect.Effect<ApiKey, Stop, Stdio> = Effect.gen(function*() {
  const fromEnvironment = yield* Effect.option(environment)
  if (Option.isSome(fromEnvironment)) return fromEnvironment.value
  const { stderr, stdin } = yield* Stdio
  if (!stdin.isTerminal || !stderr.isTerminal) {
    return yield* usage("there is no API key", "set OPENROUTER_API_KEY, or run this in a terminal to be asked for it")
  }
  return { key: Redacted.make(yield* prompt), source: "the key" }
})

const variable = (name: string) =>
  Config.string(name).pipe(
    Config.map((text) => text.trim()),
    Config.validate({ message: `${name} is empty`, validation: (key) => key !== "" }),
    Config.map((key): ApiKey => ({ key: Redacted.make(key), source: name }))
  )

const environment = Config.orElse(variable("OPENROUTER_API_KEY"), () => variable("OPENROUTER_API_KEY_AUTH"))

// The prompt goes to standard error, because standard output may be a file.
const prompt: Effect.Effect<string, Stop, Stdio> = Effect.gen(function*() {
  const { stderr, stdin } = yield* Stdio
  const question = `${stderr.style("cyan", "?")} ${stderr.style("bold", "OpenRouter API key")} (hidden): `
  const key = yield* Effect.ensuring(stdin.readHidden(Effect.ignore(stderr.write(question))), writeError("\n"))
  return key.trim() === "" ? yield* Effect.zipRight(writeError("The key is empty.\n"), prompt) : key.trim()
})

/**
 * Returns what is shown of a key: the first 8 hexadecimal digits of its SHA-256. They tell two keys apart and reveal
 * neither; `printf %s "$OPENROUTER_API_KEY" | sha256sum` shows the same digits.
 */
export const fingerprint = (key: Redacted.Redacted): string =>
  `sha256:${createHash("sha256").update(Redacted.value(key)).digest("hex").slice(0, 8)}`
