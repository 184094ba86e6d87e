/**
 * Feedback on a generation.
 */
import * as Check from "@effect-openrouter/core/internal/check"
import * as Effect from "effect/Effect"
import type { CallError } from "../CallError.js"
import type { OpenRouterCore } from "../core.js"
import { call } from "../internal/call.js"
import type { RequestOptions } from "../RequestOptions.js"
import type { SubmitGenerationFeedbackRequest } from "../requests.js"
import type { Result } from "../Result.js"
import type { SubmitGenerationFeedbackResponse } from "../SubmitGenerationFeedbackResponse.js"

/**
 * Reports feedback on a generation; needs a management key. It is sent again only after a 429 or a refused connection:
 * after a timeout, a reset or a 5XX it may have been recorded. Never rejects.
 */
export const generationsSubmitFeedback = (
  client: OpenRouterCore,
  request: SubmitGenerationFeedbackRequest,
  options?: RequestOptions
): Promise<Result<SubmitGenerationFeedbackResponse, CallError>> =>
  call(client, request, options, ["submitGenerationFeedbackRequest"], (generations, request, options) =>
    Check.toEffect(
      Check.checkObject("submitGenerationFeedbackRequest", request.submitGenerationFeedbackRequest)
    ).pipe(
      Effect.flatMap((feedback) => generations.submitFeedback(feedback, options)),
      Effect.as({ data: { success: true } })
    ))
