import { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { id } from "../internal/input/arguments.js"
import { baseUrl, withGenerations } from "../internal/input/connection.js"
import { contentView } from "../internal/output/contentView.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { stdout } from "../internal/output/terminal.js"

/** `content ID` */
export const content = Command.make(
  "content",
  { json, baseUrl, id },
  ({ baseUrl, id, json }) =>
    Generations.content(id).pipe(
      withGenerations(baseUrl),
      Effect.flatMap((content) => json ? Effect.orDie(encode(content)) : Effect.succeed(contentView(content, stdout))),
      Effect.flatMap((text) => stdout.write(`${text}\n`))
    )
).pipe(
  Command.withDescription(help("Prints the stored prompt and completion of a generation: people's words, private.", [
    ["openrouter-generations content gen-1", "what was asked and answered"],
    ["openrouter-generations content --json gen-1 | jq -r .output.completion", "the answer alone"]
  ]))
)

const encode = Schema.encode(Schema.parseJson(GenerationContent))
