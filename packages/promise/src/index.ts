/**
 * The cost and the course of an OpenRouter generation, with promises: the calls have the shape of OpenRouter's own TypeScript
 * client.
 */
export { ConnectionError } from "@effect-openrouter/core/ConnectionError"
export * as GenerationId from "@effect-openrouter/core/GenerationId"
export { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
export { OpenRouterDefaultError } from "@effect-openrouter/core/OpenRouterDefaultError"
export { RequestTimeoutError } from "@effect-openrouter/core/RequestTimeoutError"
export { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
export type { CallError } from "./CallError.js"
export type { GenerationContentData, GenerationContentResponse } from "./GenerationContentResponse.js"
export type { GenerationResponse, GenerationResponseData } from "./GenerationResponse.js"
export type { Generations } from "./Generations.js"
export { type Fetcher, HTTPClient, type HTTPClientOptions } from "./HTTPClient.js"
export { OpenRouter } from "./OpenRouter.js"
export { RequestAbortedError } from "./RequestAbortedError.js"
export type { RequestOptions } from "./RequestOptions.js"
export type {
  Attribution,
  GetGenerationRequest,
  ListGenerationContentRequest,
  SubmitGenerationFeedbackRequest
} from "./requests.js"
export type { Result } from "./Result.js"
export type { RetryConfig } from "./RetryConfig.js"
export type { ApiKey, SDKOptions } from "./SDKOptions.js"
export type { SubmitGenerationFeedbackResponse } from "./SubmitGenerationFeedbackResponse.js"
export * as Usage from "./Usage.js"
