/**
 * Everything that a call fails with.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type { RequestAbortedError } from "./RequestAbortedError.js"

/** Everything that a call rejects with, or gives as `error`: a subclass of `Error`, told apart by `_tag` or `instanceof`. */
export type CallError = OpenRouterError | RequestAbortedError
