/**
 * The stored prompt and completion of a generation.
 */
import * as Effect from "effect/Effect"
import type { CallError } from "../CallError.js"
import type { OpenRouterCore } from "../core.js"
import { fromContent, type GenerationContentResponse } from "../GenerationContentResponse.js"
import { call } from "../internal/call.js"
import type { RequestOptions } from "../RequestOptions.js"
import type { ListGenerationContentRequest } from "../requests.js"
import type { Result } from "../Result.js"

/** Returns the stored prompt and completion of a generation, and its failure if it failed. Never rejects. */
export const generationsListGenerationContent = (
  client: OpenRouterCore,
  request: ListGenerationContentRequest,
  options?: RequestOptions
): Promise<Result<GenerationContentResponse, CallError>> =>
  call(
    client,
    request,
    options,
    ["id"],
    (generations, { id }, options) => Effect.map(generations.content(id ?? "", options), fromContent)
  )
