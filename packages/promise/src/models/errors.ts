/**
 * The errors, under the path that OpenRouter's own client gives them.
 */
export { ConnectionError } from "@effect-openrouter/core/ConnectionError"
export { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
export { OpenRouterDefaultError } from "@effect-openrouter/core/OpenRouterDefaultError"
export { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
export { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
export type { CallError } from "../CallError.js"
export { RequestAbortedError } from "../RequestAbortedError.js"
