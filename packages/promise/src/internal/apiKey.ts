import * as Check from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { ApiKey } from "../SDKOptions.js"

/** A key that is checked when a request is sent: a value, or an Effect that calls the function of the program. */
export type KeySource = Redacted.Redacted | Effect.Effect<Redacted.Redacted, InvalidRequestError>

/** Accepts a text or a function. */
export const checkApiKey = (apiKey: ApiKey): Check.Checked<KeySource> =>
  typeof apiKey === "function" ? Either.right(callFunction(apiKey)) : checkText(apiKey)

const callFunction = (apiKey: () => unknown): Effect.Effect<Redacted.Redacted, InvalidRequestError> =>
  Effect.flatMap(
    Effect.tryPromise({
      try: async () => apiKey(),
      catch: (error) => reject(`the function apiKey failed: ${errorWords(error)}`)
    }),
    (text) => Check.toEffect(checkText(text))
  )

/** Accepts a text, with or without its scheme, and with line breaks around it, as a file has them. */
const checkText = (apiKey: unknown): Check.Checked<Redacted.Redacted> =>
  typeof apiKey === "string"
    ? Either.right(Redacted.make(apiKey.replace(/^[\t\n\r ]+/, "").replace(/[\t\n\r ]+$/, "").replace(/^bearer /i, "")))
    : Either.left(reject("apiKey must be a string, or a function that returns one"))

const reject = (message: string) => new InvalidRequestError({ field: "apiKey", message })

/** Returns the words of a failure, which may be about a key and quote it. */
const errorWords = (error: unknown): string => {
  const words = error instanceof Error ? error.message : error
  return typeof words === "string" ? words.replaceAll(/sk-or-\S+/g, "<redacted>") : "it gave no reason"
}
