import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Duration from "effect/Duration"

/** What to do about an error; `key` is the fingerprint of the key that was used. */
export const advice = (error: OpenRouterError, key: string): string => {
  switch (error._tag) {
    case "OpenRouterDefaultError":
      return adviceByReason(error, key)
    case "ConnectionError":
    case "RequestTimeoutError":
      return "it has been retried: check the network and --base-url, or try later"
    case "ResponseValidationError":
      return `the answer is not the record that was expected (${error.field}): please report it`
    case "InvalidRequestError":
      return `check ${error.field}`
  }
}

const adviceByReason = (
  error: Extract<OpenRouterError, { readonly _tag: "OpenRouterDefaultError" }>,
  key: string
): string => {
  switch (error.reason) {
    case "Unauthorized":
      return `check the key (${key})`
    case "PaymentRequired":
      return "add credits"
    case "Forbidden":
      return `the key (${key}) may not do this; content and feedback can need a management key`
    case "NotFound":
      return "it is not there yet, never was, or belongs to another key: wait for it with await"
    case "BadRequest":
    case "Unknown":
      return "read the message: OpenRouter did not accept the request"
    default:
      return error.retryAfter === null
        ? "it has been retried: try later"
        : `it has been retried: try again in ${Duration.format(error.retryAfter)}`
  }
}
