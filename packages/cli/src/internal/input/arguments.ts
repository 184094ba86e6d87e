import * as Args from "@effect/cli/Args"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Effect from "effect/Effect"

// What looks like an option and is none would otherwise be taken for an id, or a file.
const text = (name: string) =>
  Args.text({ name }).pipe(
    Args.mapEffect((text) =>
      text.startsWith("-") && text !== "-"
        ? Effect.fail(HelpDoc.p(`There is no option '${text}'`))
        : Effect.succeed(text)
    )
  )

/** The id of one generation. */
export const id = text("ID").pipe(Args.withDescription("Id of a generation"))

/** The ids of generations, at least one. */
export const ids = text("ID").pipe(Args.withDescription("Ids of generations"), Args.atLeast(1))

/** A file to read, else standard input. */
export const file = (description: string) =>
  text("FILE").pipe(Args.withDescription(`${description}; - is standard input`), Args.withDefault("-"))
