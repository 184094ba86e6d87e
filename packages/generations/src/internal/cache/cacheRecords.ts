import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import type { Generation } from "@effect-openrouter/core/Generation"
import { isCostKnown } from "@effect-openrouter/core/GenerationUsage"
import { checkDuration, guard, holds } from "@effect-openrouter/core/internal/check"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import { isThrottled, isUnavailable, type OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import type * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"
import type * as Scope from "effect/Scope"
import { GenerationNotVisibleError } from "../../GenerationNotVisibleError.js"
import { type AwaitOptions, Generations, type GenerationsService } from "../../Generations.js"
import { checkGenerationId } from "../generationId.js"
import { type InFlight, makeInFlight } from "../inFlight.js"
import { defaultWithin, monotonicMillis } from "../poll.js"

/** The records that a decorator of `Generations` holds. */
export interface RecordCache {
  /** Returns a record that is in memory. */
  readonly peek: (id: string, clock: Clock.Clock) => Generation | undefined
  /** Looks for a record elsewhere, makes the request if there is none, and adds the record. */
  readonly load: <E>(id: string, request: Effect.Effect<Generation, E>) => Effect.Effect<Generation, E>
  /** `true` if equal calls in flight share a request. */
  readonly shareInFlight: boolean
}

/** Returns `true` if a record can be cached under an id: its cost is known, and it is the record of that id. */
export const isCacheable = (id: string, generation: Generation): boolean =>
  generation.id === id && isCostKnown(generation)

/** Decorates `Generations` with a cache that lives as long as the layer. */
export const cacheLayer = <R>(
  makeCache: Effect.Effect<RecordCache, InvalidRequestError, R>
): Layer.Layer<Generations, InvalidRequestError, Generations | Exclude<R, Scope.Scope>> =>
  Layer.scoped(
    Generations,
    Effect.zipWith(Generations, makeCache, cacheRecords)
  )

/** Decorates a service with a cache: `get` and `await` look there first, and equal calls in flight share a request. */
const cacheRecords = (
  generations: GenerationsService,
  cache: RecordCache
): GenerationsService => {
  const coalesce = <E>(): InFlight<unknown, Generation, E> =>
    cache.shareInFlight ? makeInFlight() : (_, effect) => effect
  const gets = coalesce<OpenRouterError>()
  const awaits = coalesce<OpenRouterError | GenerationNotVisibleError>()

  const find = <E>(
    inFlight: InFlight<unknown, Generation, E>,
    id: string,
    options: AwaitOptions | undefined,
    request: Effect.Effect<Generation, E>
  ): Effect.Effect<Generation, E> =>
    Effect.clockWith((clock) => {
      const cached = cache.peek(id, clock)
      return cached === undefined
        ? inFlight(callKey(id, options), cache.load(id, request))
        : Effect.succeed(cached)
    })

  const awaitRecord = (id: string, options: AwaitOptions | undefined, within: Duration.Duration) =>
    Effect.clockWith((clock) => {
      const start = monotonicMillis(clock)
      const elapsed = () => Duration.millis(monotonicMillis(clock) - start)

      const call = (earlierPolls: number): Effect.Effect<Generation, OpenRouterError | GenerationNotVisibleError> => {
        let isLeader = false
        const request = Effect.suspend(() => {
          isLeader = true
          const left = Duration.max(Duration.subtract(within, elapsed()), Duration.millis(1))
          return generations.await(id, { ...options, within: left })
        })
        // A call that joined later still has time when that of the call in flight is over.
        const hasTime = () => !isLeader && Duration.greaterThan(within, elapsed())
        return Effect.matchEffect(find(awaits, id, options, request), {
          onSuccess: (generation) =>
            options?.waitForCost === true && !isCostKnown(generation) && hasTime()
              ? call(earlierPolls)
              : Effect.succeed(generation),
          onFailure: (error) => {
            const isPending = error._tag === "GenerationNotVisibleError"
            const polls = isPending ? earlierPolls + error.attempts : earlierPolls
            if (hasTime() && (isPending || isThrottled(error) || isUnavailable(error))) return call(polls)
            return Effect.fail(
              isPending ? new GenerationNotVisibleError({ id, attempts: polls, elapsed: within }) : error
            )
          }
        })
      }

      return call(0)
    })

  return {
    get: (id, options) =>
      isCached(id, options)
        ? find(gets, id, options, Effect.suspend(() => generations.get(id, options)))
        : generations.get(id, options),

    await: (id, options) => {
      const within = guard("within", () => checkDuration("within", options?.within ?? defaultWithin))
      return isCached(id, options) && Either.isRight(within)
        ? awaitRecord(id, options, within.right)
        : generations.await(id, options)
    },

    content: (id, options) => generations.content(id, options),

    submitFeedback: (feedback, options) => generations.submitFeedback(feedback, options)
  }
}

/** The options with which a call may get another record for the same id. */
const bypassing: ReadonlySet<string> = new Set(["baseUrl", "headers", "apiKey"])

// Options that cannot be read go to the service, which rejects them.
const isCached = (id: string, options: RequestOptions | undefined): boolean =>
  holds(() => Either.isRight(checkGenerationId(id)) && givenOptions(options).every(([name]) => !bypassing.has(name)))

/** Calls are equal that have the same id and options: none of them waits longer than it would alone. */
const callKey = (id: string, options: AwaitOptions | undefined): unknown =>
  Data.tuple(id, byValue(Object.fromEntries(givenOptions(options))))

/** Compares plain objects by their fields. Durations compare by value, functions and Schedules by identity. */
const byValue = (value: unknown): unknown =>
  Predicate.isRecord(value) && Object.getPrototypeOf(value) === Object.prototype
    ? Data.struct(Record.map(value, byValue))
    : value

const givenOptions = (options: AwaitOptions | undefined): ReadonlyArray<readonly [string, unknown]> =>
  Object.entries(options ?? {}).filter(([, option]) => Predicate.isNotNullable(option))
