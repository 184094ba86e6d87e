import { FeedbackCategory } from "@effect-openrouter/core/FeedbackCategory"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Effect from "effect/Effect"
import * as Command from "../internal/arguments/command.js"
import * as Option from "../internal/arguments/option.js"
import { baseUrlOption, withGenerations } from "../internal/input/connection.js"
import { oneId } from "../internal/input/ids.js"
import { jsonOption } from "../internal/output/json.js"
import { printable } from "../internal/output/printable.js"
import { writeOut } from "../internal/output/stdio.js"

/** `feedback ID --category C [--comment T]` */
export const feedback = Command.make({
  name: "feedback",
  summary: "Reports feedback on a generation to OpenRouter. Needs a management key.",
  examples: [
    ["too slow", "feedback gen-1 --category latency"],
    ["with a comment", "feedback gen-1 --category incorrect_response --comment 'It is 42'"]
  ],
  options: {
    json: jsonOption,
    baseUrl: baseUrlOption,
    category: Option.required(Option.choice("CATEGORY", FeedbackCategory.literals, "The subject of the feedback")),
    comment: Option.text("TEXT", "A comment of at most 1000 characters")
  },
  operands: oneId,
  run: ({ baseUrl, category, comment, json }, id) =>
    Effect.zipRight(
      withGenerations(baseUrl, () =>
        Generations.submitFeedback({ generationId: id, category, ...comment === undefined ? {} : { comment } })),
      writeOut(
        json ? `${JSON.stringify({ id, category })}\n` : `Feedback on ${printable(id)} is recorded: ${category}\n`
      )
    )
})
