/**
 * Many generations, each settled: its record, or why there is none.
 */
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import { checkCount, checkDurationOrZero } from "@effect-openrouter/core/internal/check"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { Generations, type GenerationsService } from "./Generations.js"
import { isNotFound, pollPause } from "./internal/poll.js"
import { mapInSlots, type OutsideSlot } from "./internal/stream/mapWithPermits.js"
import { isTooLong, makePause } from "./internal/stream/pause.js"

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
   * How long to wait for each record to become visible, from when it is first asked for; 0 asks once. The last time that
   * it is asked for is at the end of this.
   *
   * @default 0
   */
  readonly within?: Duration.DurationInput | undefined
  /**
   * How many ids may wait to become visible, or for a slow consumer, besides those that are asked for; beyond it no further
   * id is taken until one is settled.
   *
   * @default 1024
   */
  readonly maxWaiting?: number | undefined
  /**
   * Whether settlements come in the order of the ids; otherwise as they are known.
   *
   * @default false
   */
  readonly ordered?: boolean | undefined
}

/** Any iterable of ids but a string, which is one of characters, or a Stream. */
export type Ids<E, R> = (Iterable<string> & object) | Stream.Stream<string, E, R>

/**
 * Asks for each id and emits one `Settlement` for it, so many at a time. Ids that are equal while they are asked for are
 * asked for once; each is emitted. An id that waits to become visible takes no part of the concurrency. Memory does not
 * depend on the number of ids, and no more of them are taken than are settled downstream.
 *
 * A 429 that says how long to wait (`Retry-After`) pauses the whole stream for as long; the id that met it is asked for
 * again after it, three times beyond what the retry policy does. What every id would meet ends the stream with that error
 * instead: a 401, a 402, a connection that stays down beyond the retry policy (`ConnectionError`), a 429 that asks for more
 * than an hour and that the retry policy gives back, options that make no sense (`InvalidRequestError`). What has been
 * settled is emitted first, with `ordered` up to the first id that has not. A 403 may be one record's own, and is that id's
 * `Failed`, like everything else.
 *
 * @example
 * ```ts
 * import { Settlement } from "@effect-openrouter/generations"
 * import { Console, Stream } from "effect"
 *
 * const sweep = Settlement.stream(["gen-1", "gen-2"], { within: "1 minute" }).pipe(
 *   Stream.runForEach(Settlement.match({
 *     Settled: ({ generation }) => Console.log(generation.totalCost),
 *     NotVisible: ({ id }) => Console.log(`${id} is pending`),
 *     Failed: ({ error, id }) => Console.log(`${id}: ${error.message}`)
 *   }))
 * )
 * ```
 */
export const stream = <E = never, R = never>(
  ids: Ids<E, R>,
  { concurrency = 4, maxWaiting = 1024, ordered = false, within = 0, ...options }: StreamOptions = {}
): Stream.Stream<Settlement, OpenRouterError | E, Generations | R> =>
  Stream.unwrap(Effect.map(
    Effect.all([
      Generations,
      checkCount("concurrency", concurrency, 1),
      checkCount("maxWaiting", maxWaiting, 0),
      checkDurationOrZero("within", within)
    ]),
    ([generations, concurrency, maxOutside, within]) =>
      mapInSlots(asStream(ids), settle(generations, within, options), { concurrency, maxOutside, ordered })
  ))

const asStream = <E, R>(ids: Ids<E, R>): Stream.Stream<string, E, R> =>
  isStream(ids) ? ids : Stream.fromIteratorSucceed(ids[Symbol.iterator]() as IterableIterator<string>, maxChunkSize)

// An Effect is a Stream, too, and iterable for the sake of generators.
const isStream = <E, R>(ids: Ids<E, R>): ids is Stream.Stream<string, E, R> =>
  Effect.isEffect(ids) || Predicate.hasProperty(ids, Stream.StreamTypeId)

/** Few, because what an iterable gives is taken before it is asked for. */
const maxChunkSize = 16

const settle = (
  generations: GenerationsService,
  within: Duration.Duration,
  { transformAttempt = identity, ...others }: RequestOptions
) => {
  const pause = makePause()
  const options: RequestOptions = {
    ...others,
    transformAttempt: (attempt) => pause.around(transformAttempt(attempt))
  }
  const get = (id: string) => Effect.zipRight(pause.wait, generations.get(id, options))

  return (id: string, outsideSlot: OutsideSlot): Effect.Effect<Settlement, OpenRouterError> =>
    Effect.clockWith((clock) => {
      const start = clock.unsafeCurrentTimeNanos()

      const ask = (attempts: number, pauses: number): Effect.Effect<Settlement, OpenRouterError> =>
        Effect.matchEffect(get(id), {
          onSuccess: (generation) => Effect.succeed(Settled({ id, generation })),
          onFailure: (error) => {
            if (meetsEveryId(error)) return Effect.fail(error)
            if (isNotFound(error)) {
              const elapsed = Duration.millis(Math.round(Number(clock.unsafeCurrentTimeNanos() - start) / 1e6))
              const left = Duration.subtract(within, elapsed)
              return Duration.greaterThan(left, Duration.zero)
                ? Effect.flatMap(
                  outsideSlot(clock.sleep(Duration.min(pollPause(attempts - 1), left))),
                  () => ask(attempts + 1, pauses)
                )
                : Effect.succeed(NotVisible({ id, attempts, elapsed }))
            }
            return pauses < maxPauses && pause.begin(error, clock)
              ? ask(attempts, pauses + 1)
              : Effect.succeed(Failed({ id, error }))
          }
        })

      return ask(1, 0)
    })
}

/** How often an id that was told to wait is asked for again, beyond what the retry policy does. */
const maxPauses = 3

/** What another id would be answered, too; a 403 may be one record's own. */
const meetsEveryId = (error: OpenRouterError): boolean => {
  switch (error._tag) {
    case "OpenRouterDefaultError":
      return error.reason === "Unauthorized" || error.reason === "PaymentRequired" ||
        isTooLong(error)
    case "ConnectionError":
      return true
    case "InvalidRequestError":
      return error.field !== "id"
    default:
      return false
  }
}
