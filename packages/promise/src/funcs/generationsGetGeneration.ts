/**
 * The record of a generation.
 */
import * as Effect from "effect/Effect"
import type { CallError } from "../CallError.js"
import type { OpenRouterCore } from "../core.js"
import { fromGeneration, type GenerationResponse } from "../GenerationResponse.js"
import { call } from "../internal/call.js"
import type { RequestOptions } from "../RequestOptions.js"
import type { GetGenerationRequest } from "../requests.js"
import type { Result } from "../Result.js"

/**
 * Returns the record of a generation. OpenRouter writes the record 0.5 to 2 seconds after the completion ends: until then the
 * result is an `OpenRouterDefaultError` whose `reason` is `NotFound`. Never rejects.
 *
 * @example
 * ```ts
 * import { OpenRouterCore } from "@effect-openrouter/promise/core.js"
 * import { generationsGetGeneration } from "@effect-openrouter/promise/funcs/generationsGetGeneration.js"
 *
 * const openRouter = new OpenRouterCore({ apiKey: "sk-or-v1-…" })
 *
 * const result = await generationsGetGeneration(openRouter, { id: "gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG" })
 * console.log(result.ok ? result.value.data.totalCost : result.error.message)
 * ```
 */
export const generationsGetGeneration = (
  client: OpenRouterCore,
  request: GetGenerationRequest,
  options?: RequestOptions
): Promise<Result<GenerationResponse, CallError>> =>
  call(
    client,
    request,
    options,
    ["id"],
    (generations, { id }, options) => Effect.map(generations.get(id ?? "", options), fromGeneration)
  )
