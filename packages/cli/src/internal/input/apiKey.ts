import { environmentVariables } from "@effect-openrouter/client/OpenRouterClientOptions"
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

const [firstVariable, secondVariable] = environmentVariables.apiKey

/** The variable of a management key, for the endpoints that need one. */
const managementVariable = "OPENROUTER_MANAGEMENT_KEY"

const fromEnvironmentOrPrompt = (
  environment: Effect.Effect<Option.Option<ApiKey>>,
  variable: string
): Effect.Effect<ApiKey, Stop, Stdio> =>
  Effect.gen(function*() {
    const fromEnvironment = yield* environment
    if (Option.isSome(fromEnvironment)) return fromEnvironment.value
    const { stderr, stdin } = yield* Stdio
    if (!stdin.isTerminal || !stderr.isTerminal) {
      return yield* usage("there is no API key", `set ${variable}, or run this in a terminal to be asked for it`)
    }
    return { key: Redacted.make(yield* prompt), source: "the key" }
  })

/** Returns the key in the first of the variables that has one. */
const findKey = (...names: ReadonlyArray<string>): Effect.Effect<Option.Option<ApiKey>> =>
  Effect.map(
    Effect.forEach(names, (name) =>
      Effect.map(
        Effect.orElseSucceed(Config.string(name), () => ""),
        (text): Option.Option<ApiKey> =>
          text.trim() === "" ? Option.none() : Option.some({ key: Redacted.make(text.trim()), source: name })
      )),
    Option.firstSomeOf
  )

/** The key in the environment, if there is one. */
export const environmentKey: Effect.Effect<Option.Option<ApiKey>> = findKey(firstVariable, secondVariable)

// The prompt goes to standard error, because standard output may be a file.
const prompt: Effect.Effect<string, Stop, Stdio> = Effect.gen(function*() {
  const { stderr, stdin } = yield* Stdio
  const question = `${stderr.style("cyan", "?")} ${stderr.style("bold", "OpenRouter API key")} (hidden): `
  const key = yield* Effect.ensuring(stdin.readHidden(Effect.ignore(stderr.write(question))), writeError("\n"))
  return key.trim() === "" ? yield* Effect.zipRight(writeError("The key is empty.\n"), prompt) : key.trim()
})

/**
 * Returns the key in `OPENROUTER_API_KEY`, else in `OPENROUTER_API_KEY_AUTH`, else the text that a person types at a prompt
 * that does not show it. No argument takes a key, because arguments are in the shell's history and in the list of processes.
 * Blanks and line ends around a key are removed.
 */
export const apiKey: Effect.Effect<ApiKey, Stop, Stdio> = fromEnvironmentOrPrompt(environmentKey, firstVariable)

/**
 * Returns the key in `OPENROUTER_MANAGEMENT_KEY`, else the same as `apiKey`. A management key cannot make completions, so
 * that a program may need both.
 */
export const managementKey: Effect.Effect<ApiKey, Stop, Stdio> = fromEnvironmentOrPrompt(
  findKey(managementVariable, firstVariable, secondVariable),
  managementVariable
)

/**
 * Returns what is shown of a key: the first 8 hexadecimal digits of its SHA-256. They tell two keys apart and reveal
 * neither; `printf %s "$OPENROUTER_API_KEY" | sha256sum` shows the same digits.
 */
export const fingerprint = (key: Redacted.Redacted): string =>
  `sha256:${createHash("sha256").update(Redacted.value(key)).digest("hex").slice(0, 8)}`
