import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { stderr, stdout } from "./terminal.js"

/** What `@effect/cli` prints, its colours only where there are any. */
export const console: Console.Console = {
  ...Effect.runSync(Console.consoleWith(Effect.succeed)),
  log: (...texts) => Effect.ignore(stdout.write(`${stdout.restyle(texts.join(" ")).trimEnd()}\n`)),
  error: (...texts) => Effect.ignore(stderr.write(`${stderr.restyle(texts.join(" ")).trimEnd()}\n`))
}
