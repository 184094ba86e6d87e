/**
 * The errors of a call.
 */
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type { RequestAbortedError } from "./RequestAbortedError.js"

/** The errors that a call rejects with or returns as `error`. Each is a subclass of `Error`; distinguish them by `_tag` or `instanceof`. */
export type CallError = OpenRouterError | RequestAbortedError
