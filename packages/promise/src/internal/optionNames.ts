import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"

/** The options of `OpenRouterClient` that have another name in OpenRouter's own client. */
const optionNames = new Map([
  ["baseUrl", "serverURL"],
  ["timeout", "timeoutMs"],
  ["retry.retryCodes", "retryCodes"]
])

/**
 * Returns an error about an option under the name that the option has here; the configuration of retries is `retries` or `retryConfig`.
 * It is a new error for each call, which gets the stack of that call: a client with a bad option fails every call with the same error.
 */
export const withOptionName = (retryOption: string) => (error: OpenRouterError): OpenRouterError => {
  if (error._tag !== "InvalidRequestError") return error
  const field = optionNames.get(error.field) ?? error.field.replace(/^retry(?=\.)/, retryOption)
  return new InvalidRequestError({ field, message: error.message.replace(error.field, field) })
}
