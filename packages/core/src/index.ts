/**
 * Schema models of OpenRouter's generation records, the errors of its API, and what the numbers mean.
 */
export { AccountActivity } from "./AccountActivity.js"
export { AccountCredits } from "./AccountCredits.js"
export { AccountKey } from "./AccountKey.js"
export { ApiType } from "./ApiType.js"
export { ConnectionError } from "./ConnectionError.js"
export { DataRegion } from "./DataRegion.js"
export { FeedbackCategory } from "./FeedbackCategory.js"
export { Generation } from "./Generation.js"
export {
  GenerationContent,
  GenerationContentError,
  GenerationContentInput,
  GenerationContentOutput,
  GenerationContentPreviousError
} from "./GenerationContent.js"
export { GenerationFeedback } from "./GenerationFeedback.js"
export * as GenerationId from "./GenerationId.js"
export { GenerationResponse } from "./GenerationResponse.js"
export { InvalidRequestError } from "./InvalidRequestError.js"
export { JsonObject } from "./JsonObject.js"
export { OpenRouterDefaultError, OpenRouterErrorReason, OpenRouterRateLimit } from "./OpenRouterDefaultError.js"
export {
  affectsEveryId,
  effectiveStatus,
  isForeign,
  isForeignNotFound,
  isFromOpenRouter,
  isInvalidRequest,
  isNotFound,
  isOpenRouterError,
  isRateLimited,
  isSameFailure,
  isThrottled,
  isTimeout,
  isTransient,
  isUnavailable,
  isUnprocessed,
  isUnreadable,
  OpenRouterError,
  retryAfter,
  withAttempts
} from "./OpenRouterError.js"
export { ProviderResponse } from "./ProviderResponse.js"
export type { RecordSchema } from "./RecordSchema.js"
export { RequestTimeoutError } from "./RequestTimeoutError.js"
export { ResponseValidationError, ResponseValidationErrorReason } from "./ResponseValidationError.js"
export { ServiceTier } from "./ServiceTier.js"
export * as Usage from "./Usage.js"
