import { FeedbackCategory } from "@effect-openrouter/core/FeedbackCategory"
import { Generations } from "@effect-openrouter/generations/Generations"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { id } from "../internal/input/arguments.js"
import { baseUrl, withGenerations } from "../internal/input/connection.js"
import { help } from "../internal/output/help.js"
import { json } from "../internal/output/json.js"
import { printable, stdout } from "../internal/output/terminal.js"

/** `feedback ID --category C [--comment T]` */
export const feedback = Command.make(
  "feedback",
  {
    json,
    baseUrl,
    category: Options.choice("category", FeedbackCategory.literals).pipe(
      Options.withDescription("What the feedback is about")
    ),
    comment: Options.text("comment").pipe(
      Options.withPseudoName("TEXT"),
      Options.withDescription("A comment of at most 1000 characters"),
      Options.optional
    ),
    id
  },
  ({ baseUrl, category, comment, id, json }) =>
    Generations.submitFeedback({
      generationId: id,
      category,
      ...Option.isSome(comment) ? { comment: comment.value } : {}
    }).pipe(
      withGenerations(baseUrl),
      Effect.zipRight(
        stdout.write(
          json ? `${JSON.stringify({ id, category })}\n` : `Feedback on ${printable(id)} is recorded: ${category}\n`
        )
      )
    )
).pipe(Command.withDescription(help("Reports feedback on a generation to OpenRouter; needs a management key.", [
  ["openrouter-generations feedback gen-1 --category latency", "too slow"],
  ["openrouter-generations feedback gen-1 --category incorrect_response --comment 'It is 42'", "with a comment"]
])))
