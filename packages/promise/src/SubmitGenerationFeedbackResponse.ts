/**
 * The receipt of feedback.
 */

/** The result of `submitFeedback`. */
export interface SubmitGenerationFeedbackResponse {
  /** The feedback was recorded. */
  readonly data: { readonly success: true }
}
