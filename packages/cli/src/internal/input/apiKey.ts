import * as Prompt from "@effect/cli/Prompt"
import * as Terminal from "@effect/platform/Terminal"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import { ExitCode, Stop, usage } from "../output/exit.js"
import { stderr } from "../output/terminal.js"

/**
 * The key of `OPENROUTER_API_KEY`, else of `OPENROUTER_API_KEY_AUTH`, else what a person types at a prompt that shows
 * none of it. Never of an argument: those are in the shell's history and in every list of processes.
 */
export const apiKey: Effect.Effect<Redacted.Redacted, Stop, Prompt.Prompt.Environment> = Effect.gen(function*() {
  const fromEnvironment = yield* Effect.option(environment)
  if (Option.isSome(fromEnvironment)) return Redacted.make(fromEnvironment.value)
  if (!process.stdin.isTTY || !stderr.isTerminal) {
    return yield* usage("there is no API key", "set OPENROUTER_API_KEY, or run this in a terminal to be asked for it")
  }
  return yield* Effect.catchTag(askedFor, "QuitException", () => new Stop({ code: ExitCode.interrupted }))
})

const environment = Config.orElse(
  Config.nonEmptyString("OPENROUTER_API_KEY"),
  () => Config.nonEmptyString("OPENROUTER_API_KEY_AUTH")
)

// The prompt goes to standard error: standard output may be somebody's file.
const askedFor = Effect.updateService(
  Prompt.run(Prompt.hidden({
    message: "OpenRouter API key",
    validate: (key) => key.trim() === "" ? Effect.fail("The key is empty") : Effect.succeed(key.trim())
  })),
  Terminal.Terminal,
  (terminal) => ({ ...terminal, display: (text: string) => Effect.ignore(stderr.write(stderr.restyle(text))) })
)

/**
 * What may be shown of a key: the first 8 hexadecimal digits of its SHA-256. It tells two keys apart and gives nothing of
 * either away; `printf %s "$OPENROUTER_API_KEY" | sha256sum` shows the same.
 */
export const fingerprint = (key: Redacted.Redacted): string =>
  `sha256:${createHash("sha256").update(Redacted.value(key)).digest("hex").slice(0, 8)}`
