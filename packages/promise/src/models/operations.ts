/**
 * The requests, under the path that OpenRouter's own client gives them.
 */
export type {
  GetGenerationRequest,
  ListGenerationContentRequest,
  SubmitGenerationFeedbackRequest
} from "../requests.js"
