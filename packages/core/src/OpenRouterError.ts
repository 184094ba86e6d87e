/**
 * Everything that a call to OpenRouter can fail with.
 */
import * as Schema from "effect/Schema"
import { ConnectionError } from "./ConnectionError.js"
import { InvalidRequestError } from "./InvalidRequestError.js"
import { OpenRouterDefaultError } from "./OpenRouterDefaultError.js"
import { RequestTimeoutError } from "./RequestTimeoutError.js"
import { ResponseValidationError } from "./ResponseValidationError.js"

/**
 * Everything that a call to OpenRouter can fail with: one class for each thing that a caller does differently. As a
 * Schema it carries an error to another process and back.
 */
export const OpenRouterError = Schema.Union(
  OpenRouterDefaultError,
  ConnectionError,
  RequestTimeoutError,
  ResponseValidationError,
  InvalidRequestError
)

/** Everything that a call to OpenRouter can fail with. */
export type OpenRouterError = typeof OpenRouterError.Type

/** Whether a value is an `OpenRouterError`. */
export const isOpenRouterError: (u: unknown) => u is OpenRouterError = Schema.is(OpenRouterError)
