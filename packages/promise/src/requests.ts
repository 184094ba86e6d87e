/**
 * What is asked.
 */
import type { GenerationFeedback } from "@effect-openrouter/core/GenerationFeedback"

/** What one request may say of the app, over the options of the client. */
export interface Attribution {
  /** The URL of your app. */
  readonly httpReferer?: string | undefined
  /** The name of your app. */
  readonly appTitle?: string | undefined
  /** The categories of your app, with commas between them. */
  readonly appCategories?: string | undefined
}

/** Which record is asked for. */
export interface GetGenerationRequest extends Attribution {
  /** The generation (`gen-…`). */
  readonly id: string
}

/** Whose content is asked for. */
export interface ListGenerationContentRequest extends Attribution {
  /** The generation (`gen-…`). */
  readonly id: string
}

/** What is reported. */
export interface SubmitGenerationFeedbackRequest extends Attribution {
  /** The generation, a category, and a comment of at most 1000 characters. */
  readonly submitGenerationFeedbackRequest: GenerationFeedback
}
