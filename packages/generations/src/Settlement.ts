/**
 * Many generations, each settled: its record, or the reason why there is none.
 */
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import { Generation } from "@effect-openrouter/core/Generation"
import { isCostKnown } from "@effect-openrouter/core/GenerationUsage"
import {
  checkBoolean,
  checkCount,
  checkDuration,
  checkDurationOrZero,
  guard,
  readOptions,
  reject,
  toEffect
} from "@effect-openrouter/core/internal/check"
import { noteOtherId } from "@effect-openrouter/core/internal/otherId"
import type { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import {
  affectsEveryId,
  isForeign,
  isFromOpenRouter,
  isInvalidRequest,
  isNotFound,
  isThrottled,
  isUnavailable,
  OpenRouterError,
  withAttempts
} from "@effect-openrouter/core/OpenRouterError"
import type * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Generations, type GenerationsService, type WaitOptions } from "./Generations.js"
import { noCallSite, withCallSite } from "./internal/callSite.js"
import type { WithEffect } from "./internal/effectMajor.js"
import { checkGenerationId, isKeyLike } from "./internal/generationId.js"
import { IsRetry } from "./internal/isRetry.js"
import {
  canPass,
  checkPauses,
  isPollable,
  monotonicMillis,
  pauseAfter,
  requestedPause,
  requestsSent,
  type Server,
  type Wait
} from "./internal/poll.js"
import { makeGate } from "./internal/stream/gate.js"
import { mapWithPermits, type Permit } from "./internal/stream/mapWithPermits.js"
import { makeRefusals } from "./internal/stream/refusals.js"
import { fromAsyncIterable, fromIterable } from "./internal/stream/source.js"

/** The outcome of one id: its record, not visible (which is not a cost of 0), or a failure of its own. */
export type Settlement = Data.TaggedEnum<{
  Settled: { readonly id: string; readonly generation: Generation }
  NotVisible: { readonly id: string; readonly attempts: number; readonly elapsed: Duration.Duration }
  Failed: { readonly id: string; readonly error: OpenRouterError }
}>

const id = Schema.String

const schema = Schema.Union(
  Schema.TaggedStruct("Settled", { id, generation: Generation }),
  Schema.TaggedStruct("NotVisible", { id, attempts: Schema.Int, elapsed: Schema.DurationFromMillis }),
  Schema.TaggedStruct("Failed", { id, error: OpenRouterError })
).annotations({ identifier: "Settlement" })

/** The Schema of a settlement. The record is encoded under OpenRouter's own names, `elapsed` in milliseconds. */
export const Settlement: Schema.Schema<Settlement, Settlement.Encoded> = schema

/** The encoded form of a settlement. */
export declare namespace Settlement {
  /** A settlement as JSON. */
  export type Encoded = Schema.Schema.Encoded<typeof schema>
}

/** Constructors of a `Settlement`, `$is` and `$match`. */
export const { $is: is, $match: match, Failed, NotVisible, Settled } = Data.taggedEnum<Settlement>()

/** The options of `stream`: those of a call, which hold for every id, and its own. */
export interface StreamOptions extends WaitOptions {
  /**
   * The number of requests in flight.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /**
   * The time to wait for each record, from its first request; 0 asks once. A request in flight at the end is interrupted; an id that
   * waits then is requested a last time.
   *
   * @default 0
   */
  readonly within?: Duration.DurationInput | undefined
  /**
   * The number of ids that may wait, in addition to those in flight. An id waits for its record, or for a slow consumer. No further
   * id is taken from the source until one is settled.
   *
   * @default 1024
   */
  readonly maxWaiting?: number | undefined
  /**
   * If `true`, settlements are emitted in the order of the ids. Otherwise each one is emitted as soon as it is known.
   *
   * @default false
   */
  readonly ordered?: boolean | undefined
  /**
   * The time for which the stream continues while every request ends with a 5XX or without a response; more than 0. Then the
   * stream fails with the last error.
   *
   * @default "5 minutes", or `within` if that is longer
   */
  readonly maxOutage?: Duration.DurationInput | undefined
}

/**
 * The ids: an iterable, sync or async, except a string, or a Stream. An iterable that throws, or rejects, is a defect: give a
 * `Stream.fromAsyncIterable` for a typed failure.
 */
export type Ids<E, R> = (Iterable<string> & object) | AsyncIterable<string> | Stream.Stream<string, E, R>

/**
 * Requests each id and emits one `Settlement` for it. Ids that are equal while they are in flight share a request; each is emitted. An
 * id that waits for its record does not count towards the concurrency. Memory does not depend on the number of ids. Ids are taken from
 * the source no faster than settlements are taken from the stream; the source is closed when the stream ends early.
 *
 * The stream repeats a request that was throttled or found no server; the retry policy decides about other errors.
 *
 * - A 429, or a 402 with `Retry-After`, pauses the whole stream for the time that it names, at least 0.5 seconds. Then one
 *   request at a time is sent until one succeeds. If an id is throttled four times after `within`, while no other id succeeds, it
 *   is `Failed`.
 * - After three requests in a row that end with a 5XX or without a response, a circuit breaker lets one request at a time
 *   through, after pauses that grow from 0.5 to 30 seconds (to `pollInterval.max` if that is longer), until a response arrives.
 *   No id fails in that time. An id that fails four times in this way, while the server handles others, is `Failed`.
 * - Any other failure of an id is `Failed`. It is held back, for at most a minute, until another id succeeds.
 *
 * These errors affect every id and fail the stream: a 401, a 402 without `Retry-After`, a certificate that cannot be verified, a
 * `Retry-After` of more than an hour, a 404 that is not OpenRouter's before anything of OpenRouter's was received, `maxOutage`
 * without a response, the same failure of five different ids in a row with no success in between (also within `within`, if it
 * comes from a server that is not OpenRouter), and an invalid option. The stream first emits the settlements that it already has;
 * an ordered stream stops at the first id without one.
 *
 * An id that looks like an API key is `Failed` with the id `<redacted>`.
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
  ids: WithEffect<Ids<E, R>>,
  options?: StreamOptions
): Stream.Stream<Settlement, OpenRouterError | E, Generations | R> =>
  Stream.unwrap(Effect.gen(function*() {
    const {
      concurrency,
      maxOutage,
      maxWaiting,
      ordered,
      pollInterval,
      waitForCost,
      within: time
    } = yield* toEffect(readOptions("options", options, streamOptionNames))
    const requestOptions = yield* toEffect(guard("options", () => Either.right({ ...options })))
    const generations = yield* Generations
    const clock = yield* Effect.clock
    const permits = yield* toEffect(checkCount("concurrency", concurrency ?? 4, 1))
    const waiting = yield* toEffect(checkCount("maxWaiting", maxWaiting ?? 1024, 0))
    const within = yield* toEffect(checkDurationOrZero("within", time ?? 0))
    const pauses = yield* toEffect(checkPauses(pollInterval, within))
    const untilCost = yield* toEffect(checkBoolean("waitForCost", waitForCost ?? false))
    const inOrder = yield* toEffect(checkBoolean("ordered", ordered ?? false))
    const outage = yield* toEffect(checkDuration("maxOutage", maxOutage ?? Duration.max(within, Duration.minutes(5))))
    const source = yield* toStream(ids)
    const settler = makeSettler(
      generations,
      clock,
      requestOptions,
      { within, pauses, waitForCost: untilCost },
      outage
    )
    return mapWithPermits(source, settler.settle, {
      permits,
      capacity: permits + waiting,
      ordered: inOrder,
      onIdle: settler.flush
    })
  }))

const streamOptionNames = [
  "concurrency",
  "maxOutage",
  "maxWaiting",
  "ordered",
  "pollInterval",
  "waitForCost",
  "within"
] as const

const toStream = <E, R>(ids: Ids<E, R>): Effect.Effect<Stream.Stream<string, E, R>, InvalidRequestError> =>
  // An Effect is a Stream, too, and iterable for the sake of generators.
  toEffect(guard("ids", () =>
    isStream(ids)
      ? Either.right(ids)
      : Predicate.hasProperty(ids, Symbol.asyncIterator)
      ? Either.right(fromAsyncIterable(ids))
      : Predicate.hasProperty(ids, Symbol.iterator)
      ? Either.right(fromIterable(ids))
      : reject("ids", "an iterable of ids, but not a string, or a Stream")))

const isStream = <E, R>(ids: Ids<E, R>): ids is Stream.Stream<string, E, R> =>
  Effect.isEffect(ids) || Predicate.hasProperty(ids, Stream.StreamTypeId)

/** The longest pause that a response may ask for. */
const maxPause = Duration.toMillis("1 hour")

/** The shortest pause before a request is repeated, in milliseconds. */
const minPause = 500

/** The number of requests for an id that failed, after the first one and after `within`. */
const maxRetries = 3

/** Makes the settler of the ids of one stream. */
const makeSettler = (
  generations: GenerationsService,
  clock: Clock.Clock,
  requestOptions: RequestOptions,
  wait: Wait,
  maxOutage: Duration.Duration
) => {
  // Frozen, so that the client checks them once for all ids.
  const options: RequestOptions = Object.freeze({ ...requestOptions, isExpected: isPollable })
  const within = Duration.toMillis(wait.within)
  const gate = makeGate(clock, maxOutage, wait.pauses)
  const refusals = makeRefusals()
  const server: Server = { isKnown: false }

  const settle = (id: string, permit: Permit): Effect.Effect<Settlement, OpenRouterError> => {
    const start = monotonicMillis(clock)
    let attempts = 0
    let sent = 0
    let pauses = 0
    let throttled = 0
    let unavailable = 0
    let responses = gate.responses()
    let record: Generation | undefined
    let last: OpenRouterError | undefined

    const get = () => withCallSite(noCallSite, () => generations.get(id, options))

    const left = () => within - (monotonicMillis(clock) - start)

    const attempt = (): Effect.Effect<Settlement, OpenRouterError> => {
      attempts++
      const request = within > 0 ? bounded : get()
      const isRetry = last !== undefined && !isNotFound(last)
      return Effect.matchEffect(
        gate.pass<Generation>(isRetry ? Effect.provideService(request, IsRetry, true) : request),
        { onFailure, onSuccess }
      )
    }

    // Interruptible, because the deadline must end it in an uninterruptible region, too.
    const bounded = Effect.suspend(() => {
      const duration = left()
      const request = get()
      return duration <= 0 ? request : Effect.timeoutTo(Effect.interruptible(request), {
        duration,
        onSuccess: (generation): Generation | undefined => generation,
        onTimeout: () => undefined
      })
    })

    const attemptAfter = (error?: OpenRouterError) => {
      const pause = Math.min(pauseAfter(wait.pauses, pauses++), Math.max(left(), minPause))
      const requested = error === undefined ? 0 : requestedPause(error)
      return Effect.flatMap(
        permit.without(clock.sleep(Duration.millis(Math.ceil(Math.max(pause, requested))))),
        attempt
      )
    }

    const onSuccess = (generation: Generation | undefined): Effect.Effect<Settlement, OpenRouterError> => {
      if (generation === undefined) return atEnd()
      sent++
      server.isKnown = true
      gate.responded()
      refusals.clear()
      record = generation
      if (generation.id !== id) noteOtherId(generation)
      return wait.waitForCost && !isCostKnown(generation) && left() > 0 ? attemptAfter() : atEnd()
    }

    const onFailure = (failure: OpenRouterError): Effect.Effect<Settlement, OpenRouterError> => {
      sent += requestsSent(failure)
      const error = sent > requestsSent(failure) ? withAttempts(failure, sent) : failure
      last = error
      server.isKnown ||= isFromOpenRouter(error)
      const canRepeat = canPass(error, server)
      if (affectsEveryId(error) || (isPollable(error) && !canRepeat) || requestedPause(error) > maxPause) {
        return Effect.fail(error)
      }
      if (isForeign(error) && refusals.add(id, error)) return Effect.fail(error)
      if (isThrottled(error) || isUnavailable(error)) {
        if (gate.failed(error)) return Effect.fail(error)
      } else {
        gate.responded()
        if (isNotFound(error)) refusals.clear()
      }
      if (canRepeat && left() > 0) return isThrottled(error) ? attempt() : attemptAfter(error)
      return atEnd()
    }

    /** The time is over: the last record or error decides. */
    const atEnd = (): Effect.Effect<Settlement, OpenRouterError> => {
      if (record !== undefined) return Effect.succeed(Settled({ id, generation: record }))
      if (last === undefined || isNotFound(last)) {
        const elapsed = Duration.millis(Math.round(monotonicMillis(clock) - start))
        return Effect.succeed(NotVisible({ id, attempts, elapsed }))
      }
      const othersResponded = gate.responses() > responses
      responses = gate.responses()
      if (isThrottled(last)) {
        throttled = othersResponded ? 1 : throttled + 1
        return throttled > maxRetries ? fail(last) : attempt()
      }
      if (isUnavailable(last)) {
        if (othersResponded) unavailable++
        return unavailable > maxRetries ? fail(last) : attemptAfter(last)
      }
      return fail(last)
    }

    const fail = (error: OpenRouterError): Effect.Effect<Settlement, OpenRouterError> => {
      const failed = Failed({ id: printable(id, error), error })
      if (isInvalidRequest(error)) return Effect.succeed(failed)
      return refusals.add(id, error) ? Effect.fail(error) : permit.leave(Effect.as(refusals.hold(), failed))
    }

    return attempt()
  }

  return { settle, flush: refusals.clear }
}

/** Returns an id as a settlement shows it. An id that was rejected although it looks like one holds the client's own key. */
const printable = (id: unknown, error: OpenRouterError): string => {
  if (typeof id !== "string") return typeof id
  if (!isInvalidRequest(error)) return id
  return isKeyLike(id) || Either.isRight(checkGenerationId(id)) ? "<redacted>" : id
}
