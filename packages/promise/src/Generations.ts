/**
 * The calls about generations, as methods that resolve or reject.
 */
import type { CallError } from "./CallError.js"
import type { OpenRouterCore } from "./core.js"
import { generationsGetGeneration } from "./funcs/generationsGetGeneration.js"
import { generationsListGenerationContent } from "./funcs/generationsListGenerationContent.js"
import { generationsSubmitFeedback } from "./funcs/generationsSubmitFeedback.js"
import type { GenerationContentResponse } from "./GenerationContentResponse.js"
import type { GenerationResponse } from "./GenerationResponse.js"
import type { RequestOptions } from "./RequestOptions.js"
import type { GetGenerationRequest, ListGenerationContentRequest, SubmitGenerationFeedbackRequest } from "./requests.js"
import type { Result } from "./Result.js"
import type { SubmitGenerationFeedbackResponse } from "./SubmitGenerationFeedbackResponse.js"

/** The calls about generations: each resolves as its standalone function's `value`, or rejects with its `error`. */
export class Generations {
  readonly #core: OpenRouterCore

  constructor(core: OpenRouterCore) {
    this.#core = core
  }

  /** Returns the record of a generation, as `generationsGetGeneration` does. */
  async getGeneration(request: GetGenerationRequest, options?: RequestOptions): Promise<GenerationResponse> {
    return unwrap(await generationsGetGeneration(this.#core, request, options))
  }

  /** Returns the stored prompt and completion of a generation, as `generationsListGenerationContent` does. */
  async listGenerationContent(
    request: ListGenerationContentRequest,
    options?: RequestOptions
  ): Promise<GenerationContentResponse> {
    return unwrap(await generationsListGenerationContent(this.#core, request, options))
  }

  /** Reports feedback on a generation: `generationsSubmitFeedback`. */
  async submitFeedback(
    request: SubmitGenerationFeedbackRequest,
    options?: RequestOptions
  ): Promise<SubmitGenerationFeedbackResponse> {
    return unwrap(await generationsSubmitFeedback(this.#core, request, options))
  }
}

const unwrap = <A>(result: Result<A, CallError>): A => {
  if (result.ok) return result.value
  throw result.error
}
