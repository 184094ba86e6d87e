/**
 * An OpenRouter HTTP client for Effect.
 */
export type { ObservedGeneration, StartedGeneration } from "./ObservedGeneration.js"
export { observeFetch } from "./observeFetch.js"
export { observeHttpClient } from "./observeHttpClient.js"
export type { ObserveOptions } from "./ObserveOptions.js"
export { OpenRouterClient, type OpenRouterClientService } from "./OpenRouterClient.js"
export type { OpenRouterClientConfig, OpenRouterClientOptions } from "./OpenRouterClientOptions.js"
export type { OpenRouterRequest } from "./OpenRouterRequest.js"
export type { RequestOptions, TransformAttempt } from "./RequestOptions.js"
export * as RetryPolicy from "./RetryPolicy.js"
