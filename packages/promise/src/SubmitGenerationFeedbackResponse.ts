/**
 * The receipt of feedback.
 */

/** What `submitFeedback` resolves to. */
export interface SubmitGenerationFeedbackResponse {
  /** The feedback was recorded. */
  readonly data: { readonly success: true }
}
