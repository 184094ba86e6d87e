/**
 * The ids of the generations that OpenRouter knows.
 */
import { OpenRouterClient } from "@effect-openrouter/client/OpenRouterClient"
import type { RequestOptions } from "@effect-openrouter/client/RequestOptions"
import * as Check from "@effect-openrouter/core/internal/check"
import { InvalidRequestError } from "@effect-openrouter/core/InvalidRequestError"
import type { OpenRouterError } from "@effect-openrouter/core/OpenRouterError"
import { ResponseValidationError } from "@effect-openrouter/core/ResponseValidationError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { WithEffect } from "./internal/effectMajor.js"

/** A range of time. */
export interface DiscoveryRange {
  /** The start of the range, included. */
  readonly since: DateTime.DateTime.Input
  /**
   * The end of the range, excluded.
   *
   * @default the time when the stream starts
   */
  readonly until?: DateTime.DateTime.Input | undefined
}

/**
 * Returns the ids of the generations that were created in a range of time, from OpenRouter's analytics. They include calls that
 * no program noted. Each id comes once; ids of earlier times come first. Needs a management key.
 *
 * A request covers at most 31 days, and returns at most 1,000 ids: longer ranges are split, and a request whose response is
 * truncated is replaced by two of half its range. Memory does not depend on the number of ids. The requests only read, and
 * are retried as those of `Generations.get` are.
 *
 * Fails with `InvalidRequestError` if `since` or `until` is not a time, or `since` is after `until`; with a
 * `ResponseValidationError` if one millisecond has more ids than a response; and as every request does.
 *
 * @example
 * ```ts
 * import { Discovery, Settlement } from "@effect-openrouter/generations"
 *
 * const lastWeek = Discovery.stream({ since: Date.now() - 7 * 86_400_000 })
 * const settlements = Settlement.stream(lastWeek)
 * ```
 */
export const stream = (
  range: WithEffect<DiscoveryRange>,
  options?: RequestOptions
): Stream.Stream<string, OpenRouterError, OpenRouterClient> =>
  Stream.unwrap(Effect.gen(function*() {
    const { since, until } = yield* Check.toEffect(Check.readOptions("range", range, ["since", "until"]))
    const start = yield* readTime("since", since)
    const end = until === undefined
      ? yield* Effect.map(DateTime.now, DateTime.toEpochMillis)
      : yield* readTime("until", until)
    if (start > end) {
      return yield* new InvalidRequestError({ field: "since", message: "since must be a time that is not after until" })
    }
    return Stream.flatMap(Stream.fromIterable(split(start, end)), (range) => idsIn(range, options))
  })).pipe(withoutRepetition)

interface Range {
  readonly start: number
  readonly end: number
}

const readTime = (
  field: string,
  time: DateTime.DateTime.Input | undefined
): Effect.Effect<number, InvalidRequestError> =>
  Check.toEffect(Check.guard(field, () =>
    Option.match(time === undefined ? Option.none() : DateTime.make(time), {
      onNone: () => Check.reject(field, "a time"),
      onSome: (time) => Either.right(DateTime.toEpochMillis(time))
    })))

const maxRange = 31 * 86_400_000

/** OpenRouter's default. */
const limit = 1000

/** Splits a range into parts that one request may cover. */
function* split(start: number, end: number): Generator<Range> {
  for (let at = start; at < end; at += maxRange) yield { start: at, end: Math.min(at + maxRange, end) }
}

const idsIn = (
  { end, start }: Range,
  options: RequestOptions | undefined
): Stream.Stream<string, OpenRouterError, OpenRouterClient> =>
  Stream.unwrap(Effect.gen(function*() {
    const client = yield* OpenRouterClient
    const { data, metadata } = yield* client.execute(query({ start, end }), options)
    if (!(metadata?.truncated ?? data.length >= limit)) {
      return Stream.fromIterable(data.flatMap(({ generation_id: id }) => id ?? []))
    }
    if (end - start <= 1) {
      return yield* new ResponseValidationError({
        field: "metadata.truncated",
        message: `one millisecond has more than ${data.length} generations: ${new Date(start).toISOString()}`,
        method: "POST",
        url: path
      })
    }
    const middle = Math.floor((start + end) / 2)
    return Stream.concat(idsIn({ start, end: middle }, options), idsIn({ start: middle, end }, options))
  }))

const path = "/analytics/query"

const query = ({ end, start }: Range) => ({
  method: "POST" as const,
  path,
  isReadOnly: true,
  body: {
    metrics: ["request_count"],
    dimensions: ["generation_id"],
    time_range: { start: new Date(start).toISOString(), end: new Date(end).toISOString() },
    limit
  },
  schema: QueryResponse
})

const QueryResponse = Schema.Struct({
  data: Schema.Array(Schema.Struct({ generation_id: Schema.optional(Schema.NullOr(Schema.String)) })),
  metadata: Schema.optional(Schema.NullOr(Schema.Struct({ truncated: Schema.optional(Schema.NullOr(Schema.Boolean)) })))
})

/** Drops an id that is among the last 1,000 ids: two neighboring ranges may both have an id on their border. */
const withoutRepetition = <E, R>(ids: Stream.Stream<string, E, R>): Stream.Stream<string, E, R> =>
  Stream.suspend(() => {
    let current = new Set<string>()
    let previous: ReadonlySet<string> = new Set()
    return Stream.filter(ids, (id) => {
      if (current.has(id) || previous.has(id)) return false
      if (current.size >= limit) {
        previous = current
        current = new Set()
      }
      current.add(id)
      return true
    })
  })
