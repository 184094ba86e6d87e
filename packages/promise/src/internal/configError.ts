import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import * as ConfigError from "effect/ConfigError"

/** The options of `OpenRouterClient`, by the variables of the environment that stand in for them. */
const options = new Map([
  ["OPENROUTER_BASE_URL", "baseUrl"],
  ["OPENROUTER_HTTP_REFERER", "httpReferer"],
  ["OPENROUTER_APP_TITLE", "appTitle"],
  ["OPENROUTER_APP_CATEGORIES", "appCategories"]
])

/** Returns the error of a variable of the environment that is invalid, or of a key that is missing. */
export const toInvalidRequestError = (error: ConfigError.ConfigError): InvalidRequestError => {
  if (!ConfigError.isInvalidData(error)) {
    return new InvalidRequestError({
      field: "apiKey",
      message: "apiKey is missing: it must be a string or a function that returns one, or set OPENROUTER_API_KEY"
    })
  }
  const variable = error.path.join("_")
  return new InvalidRequestError({ field: options.get(variable) ?? "apiKey", message: `${variable}: ${error.message}` })
}
