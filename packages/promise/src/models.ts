/**
 * The responses, under the path that OpenRouter's own client gives them.
 */
export type { GenerationFeedback as SubmitGenerationFeedbackRequest } from "@effect-openrouter/core/GenerationFeedback"
export type { GenerationContentData, GenerationContentResponse } from "./GenerationContentResponse.js"
export type { GenerationResponse, GenerationResponseData } from "./GenerationResponse.js"
export type { SubmitGenerationFeedbackResponse } from "./SubmitGenerationFeedbackResponse.js"
