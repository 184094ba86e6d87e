import type { GenerationContent } from "@effect-openrouter/core/GenerationContent"
import * as Predicate from "effect/Predicate"
import { unknown } from "./format.js"
import { printableLines } from "./printable.js"
import type { Out } from "./stdio.js"

/** Returns a content as text: each part under its title. */
export const contentView = ({ error, input, output }: GenerationContent, out: Out): string => {
  const parts: ReadonlyArray<readonly [title: string, text: string | null | undefined]> = [
    ["prompt", input?.prompt],
    ...(input?.messages ?? []).map(message),
    ["reasoning", output?.reasoning],
    ["completion", output?.completion],
    [
      "error",
      error === null ? null : `${error.providerName ?? unknown} ${error.status ?? ""}: ${error.message ?? unknown}`
    ]
  ]
  const given = parts.filter(([, text]) => typeof text === "string")
  if (given.length === 0) return out.style("dim", "nothing is stored")
  return given
    .map(([title, text]) => `${out.style("bold", printableLines(title))}\n${printableLines(text ?? "")}`)
    .join("\n\n")
}

/** Returns the role and the text of a message; content that is not text is shown as JSON. */
const message = (message: unknown): readonly [title: string, text: string] => {
  const role = Predicate.hasProperty(message, "role") ? String(message.role) : "message"
  const content = Predicate.hasProperty(message, "content") ? message.content : message
  return [role, typeof content === "string" ? content : JSON.stringify(content, null, 2)]
}
