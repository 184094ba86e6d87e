import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ApiKey } from "../SDKOptions.js"

/** The key of one call. Whatever goes wrong with a function that gives it is the call's error. */
export const resolveApiKey = (
  apiKey: ApiKey | undefined,
  timeout: Duration.Duration
): Effect.Effect<Redacted.Redacted, InvalidRequestError> =>
  typeof apiKey !== "function" ? checkApiKey(apiKey) : Effect.tryPromise({
    try: async () => apiKey(),
    catch: (error) => refuse(`the function apiKey failed: ${wordsOf(error)}`)
  }).pipe(
    Effect.timeoutFail({
      duration: timeout,
      onTimeout: () => refuse(`the function apiKey gave no key within ${Duration.format(timeout)}`)
    }),
    Effect.flatMap(checkApiKey)
  )

const refuse = (message: string) => new InvalidRequestError({ field: "apiKey", message })

const checkApiKey = (apiKey: unknown): Effect.Effect<Redacted.Redacted, InvalidRequestError> =>
  typeof apiKey === "string"
    ? Effect.succeed(Redacted.make(apiKey.replace(/^bearer /i, "")))
    : Effect.fail(refuse("apiKey must be a string, or a function that gives one; or set OPENROUTER_API_KEY"))

/** The words of a failure, which may have been about a key and quote it. */
const wordsOf = (error: unknown): string => {
  const words = error instanceof Error ? error.message : error
  return typeof words === "string" ? words.replaceAll(/sk-or-\S+/g, "<redacted>") : "it gave no reason"
}
