import { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Command from "../internal/arguments/command.js"
import { baseUrlOption, withGenerations } from "../internal/input/connection.js"
import { oneId } from "../internal/input/ids.js"
import { contentView } from "../internal/output/contentView.js"
import { jsonOption } from "../internal/output/json.js"
import { printableJson } from "../internal/output/printable.js"
import { Stdio } from "../internal/output/stdio.js"

/** `content ID` */
export const content = Command.make({
  name: "content",
  summary: "Prints the stored prompt and completion of a generation. They are private.",
  examples: [
    ["the prompt and the completion", "content gen-1"],
    ["the completion alone", "content --json gen-1 | jq -r .output.completion"]
  ],
  options: { json: jsonOption, baseUrl: baseUrlOption },
  operands: oneId,
  run: ({ baseUrl, json }, id) =>
    Effect.gen(function*() {
      const { stdout } = yield* Stdio
      const stored = yield* withGenerations(baseUrl, () => Generations.content(id))
      const text = json ? printableJson(yield* Effect.orDie(encode(stored))) : contentView(stored, stdout)
      yield* stdout.write(`${text}\n`)
    })
})

const encode = Schema.encode(Schema.parseJson(GenerationContent))
