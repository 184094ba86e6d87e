/**
 * Many generations, each settled: its record, or why there is none.
 */
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Generations } from "./Generations.js"

/** What became of one id: its record, not visible (which is not the same as a cost of 0), or a failure of its own. */
export type Settlement = Data.TaggedEnum<{
  Settled: { readonly id: string; readonly generation: Generation }
  NotVisible: { readonly id: string; readonly attempts: number; readonly elapsed: Duration.Duration }
  Failed: { readonly id: string; readonly error: OpenRouterError }
}>

/** Constructors of a `Settlement`, `$is` and `$match`. */
export const { $is: is, $match: match, Failed, NotVisible, Settled } = Data.taggedEnum<Settlement>()

/** What `stream` may be told, besides what every call may. */
export interface StreamOptions extends RequestOptions {
  /**
   * How many ids are asked for at once.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /**
   * Whether settlements come in the order of the ids; otherwise as they are known.
   *
   * @default false
   */
  readonly ordered?: boolean | undefined
}

/**
 * Asks for each id once and emits one `Settlement` for it, so many at a time. A failure that every id would meet, a 401 or
 * a 402, ends the stream instead. Memory does not depend on the number of ids.
 *
 * @example
 * ```ts
 * import { Settlement } from "@effect-openrouter/generations"
 * import { Console, Stream } from "effect"
 *
 * const sweep = Settlement.stream(["gen-1", "gen-2"]).pipe(
 *   Stream.runForEach(Settlement.match({
 *     Settled: ({ generation }) => Console.log(generation.totalCost),
 *     NotVisible: ({ id }) => Console.log(`${id} is pending`),
 *     Failed: ({ error, id }) => Console.log(`${id}: ${error.message}`)
 *   }))
 * )
 * ```
 */
export const stream = (
  ids: Iterable<string>,
  { concurrency = 4, ordered = false, ...options }: StreamOptions = {}
): Stream.Stream<Settlement, OpenRouterError, Generations> =>
  Stream.fromIterable(ids).pipe(
    Stream.mapEffect((id) => settle(id, options), { concurrency, unordered: !ordered })
  )

const settle = (id: string, options: RequestOptions): Effect.Effect<Settlement, OpenRouterError, Generations> =>
  Effect.matchEffect(Generations.get(id, options), {
    onSuccess: (generation) => Effect.succeed(Settled({ id, generation })),
    onFailure: (error) => {
      const reason = error._tag === "OpenRouterDefaultError" ? error.reason : undefined
      if (reason === "Unauthorized" || reason === "PaymentRequired") return Effect.fail(error)
      return Effect.succeed(
        reason === "NotFound" ? NotVisible({ id, attempts: 1, elapsed: Duration.zero }) : Failed({ id, error })
      )
    }
  })
