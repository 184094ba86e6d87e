/**
 * The spend of an account, as OpenRouter counts it: by day and model, in total, and of one key.
 */
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import { AccountActivity } from "@effect-openrouter/core/AccountActivity"
import { AccountCredits } from "@effect-openrouter/core/AccountCredits"
import { AccountKey } from "@effect-openrouter/core/AccountKey"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * Returns the spend of the last 30 completed UTC days, a row for each day, model and endpoint. Needs a management key. The
 * current day is not in it: `key` has its total in `usageDaily`.
 *
 * @example
 * ```ts
 * import { Account } from "@effect-openrouter/generations"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.flatMap(
 *   Account.activity(),
 *   Effect.forEach(({ date, modelPermaslug, usage }) => Console.log(date, modelPermaslug, usage))
 * )
 * ```
 */
export const activity = (
  options?: RequestOptions
): Effect.Effect<ReadonlyArray<AccountActivity>, OpenRouterError, OpenRouterClient> =>
  get("/activity", Schema.Array(AccountActivity), options)

/**
 * Returns the credits that the account ever bought and used. Needs a management key. The difference of two responses is the
 * spend of the time between them.
 */
export const credits = (
  options?: RequestOptions
): Effect.Effect<AccountCredits, OpenRouterError, OpenRouterClient> => get("/credits", AccountCredits, options)

/** Returns the limit and the spend of the key that makes the call. */
export const key = (options?: RequestOptions): Effect.Effect<AccountKey, OpenRouterError, OpenRouterClient> =>
  get("/key", AccountKey, options)

const get = <A, I>(path: string, schema: Schema.Schema<A, I>, options: RequestOptions | undefined) =>
  Effect.flatMap(OpenRouterClient, (client) => client.execute({ method: "GET", path, schema }, options))
