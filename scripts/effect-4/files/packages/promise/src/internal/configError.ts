import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type * as Config from "effect/Config"

/** The options of `OpenRouterClient`, by the variables of the environment that stand in for them. */
const options = new Map([
  ["OPENROUTER_BASE_URL", "baseUrl"],
  ["OPENROUTER_HTTP_REFERER", "httpReferer"],
  ["OPENROUTER_APP_TITLE", "appTitle"],
  ["OPENROUTER_APP_CATEGORIES", "appCategories"]
])

/** Returns the error of a variable of the environment that is invalid, or of a key that is missing. */
export const toInvalidRequestError = ({ cause }: Config.ConfigError): InvalidRequestError => {
  // The error of an option of the client: it names the variable and the rule.
  const [, variable, rule] = /^Invalid data at (\w+): "([\s\S]*)"$/.exec(cause.message) ?? []
  if (variable === undefined) {
    return new InvalidRequestError({
      field: "apiKey",
      message: "apiKey is missing: it must be a string or a function that returns one, or set OPENROUTER_API_KEY"
    })
  }
  return new InvalidRequestError({ field: options.get(variable) ?? "apiKey", message: `${variable}: ${rule}` })
}
