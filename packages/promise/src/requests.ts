/**
 * The requests of the calls.
 */
import type { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"

/** The attribution of one request, which replaces that of the client. */
export interface Attribution {
  /** The URL of your app. */
  readonly httpReferer?: string | undefined
  /** The name of your app. */
  readonly appTitle?: string | undefined
  /** The categories of your app, separated by commas. */
  readonly appCategories?: string | undefined
}

/** The request for a record. */
export interface GetGenerationRequest extends Attribution {
  /** The generation (`gen-…`). */
  readonly id: string
}

/** The request for the content of a generation. */
export interface ListGenerationContentRequest extends Attribution {
  /** The generation (`gen-…`). */
  readonly id: string
}

/** The report of feedback. */
export interface SubmitGenerationFeedbackRequest extends Attribution {
  /** The generation, a category, and a comment of at most 1000 characters. */
  readonly submitGenerationFeedbackRequest: GenerationFeedback
}
