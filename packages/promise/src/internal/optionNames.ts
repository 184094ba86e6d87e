import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"

/** What `OpenRouterClient` calls otherwise than OpenRouter's own client. */
const optionNames: Record<string, string> = {
  baseUrl: "serverURL",
  timeout: "timeoutMs",
  "retry.retryCodes": "retryCodes"
}

/** An error about an option, under the name that the option has here. */
export const inOptionNames = (error: OpenRouterError): OpenRouterError => {
  const name = error._tag === "InvalidRequestError" ? optionNames[error.field] : undefined
  return name === undefined
    ? error
    : new InvalidRequestError({ field: name, message: error.message.replace(/^\w+/, name) })
}
