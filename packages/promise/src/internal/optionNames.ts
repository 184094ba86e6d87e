import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"

/** What `OpenRouterClient` calls otherwise than OpenRouter's own client. */
const optionNames: Record<string, string> = {
  baseUrl: "serverURL",
  timeout: "timeoutMs",
  "retry.retryCodes": "retryCodes"
}

/**
 * An error about an option, under the name that the option has here. It is made anew for each call, which gives it the stack
 * of its own place: a client with a bad option fails every call with the same error.
 */
export const inOptionNames = (error: OpenRouterError): OpenRouterError => {
  if (error._tag !== "InvalidRequestError") return error
  const field = optionNames[error.field] ?? error.field
  return new InvalidRequestError({
    field,
    message: field === error.field ? error.message : error.message.replace(/^\w+/, field)
  })
}
