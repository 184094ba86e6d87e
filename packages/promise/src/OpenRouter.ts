/**
 * The client in the shape of OpenRouter's own.
 */
import { OpenRouterCore } from "./core.js"
import { Generations } from "./Generations.js"
import type { SDKOptions } from "./SDKOptions.js"

/**
 * The client of OpenRouter's generations, with promises. A call rejects with one of the classes of `CallError`. See
 * `OpenRouterCore` for how to close a client.
 *
 * @example
 * ```ts
 * import { OpenRouter, OpenRouterDefaultError } from "@effect-openrouter/promise"
 *
 * const openRouter = new OpenRouter() // the key is read from OPENROUTER_API_KEY
 *
 * try {
 *   const { data } = await openRouter.generations.getGeneration({ id: "gen-3bhGkxlo4XFrqiabUM7NDtwDzWwG" })
 *   console.log(data.model, data.totalCost)
 * } catch (error) {
 *   if (error instanceof OpenRouterDefaultError && error.reason === "NotFound") console.log("not there yet")
 *   else throw error
 * }
 * ```
 */
export class OpenRouter extends OpenRouterCore {
  /** The calls about generations. */
  readonly generations: Generations

  constructor(options?: SDKOptions | null) {
    super(options)
    this.generations = new Generations(this)
  }
}
